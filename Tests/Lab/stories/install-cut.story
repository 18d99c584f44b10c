# The power goes in the middle of an installation: the same command finishes it.
disk card 512MiB bus usb serial SDREADER lun 0 model "SD Reader" removable
disk nvme 640MiB bus nvme serial P310240 wwn 0x5001 model "Patriot P310"
limit 120s

cuts from here
boot
run
    cat >/tmp/answers.yaml <<'END'
    layout: pair
    hostname: nas
    network: dhcp
    password: $6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/
    when-done: shell
    END
    slipway-host install --root $LIVE --disks $DISKS --answers /tmp/answers.yaml --payload $PAYLOADS/1.0.update --log-format plain
run slipway-host install --root $LIVE --disks $DISKS --answers /tmp/answers.yaml --payload $PAYLOADS/1.0.update --plan-only --log-format plain
expect output "nothing to do"
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount /dev/md/boot /mnt
    cmp /mnt/images/1.0/rootfs.squashfs /lab/images/1.0/rootfs.squashfs
    test "$(cat /mnt/state/slipway/first-boot/hostname)" = nas
    test "$(ls -A /mnt/images)" = 1.0
    mcopy -n -i ${card}2 ::grub/grubenv /tmp
    grep -a confirmed=1.0 /tmp/grubenv
expect array boot whole
power off
expect legs card:3 nvme:3 equal where used
expect sound nvme:3
