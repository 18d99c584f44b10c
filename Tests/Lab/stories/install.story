# Answers install onto blank disks; the same answers once more plan nothing.
disk card 512MiB bus usb serial SDREADER lun 0 model "SD Reader" removable
disk nvme 640MiB bus nvme serial P310240 wwn 0x5001 model "Patriot P310"
limit 120s

boot
run
    cat >/tmp/answers.yaml <<'END'
    layout: pair
    disks: {card: {serial: SDREADER, lun: 0}}
    hostname: nas
    timezone: Etc/UTC
    network: dhcp
    password: $6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/
    kernel-options: [quiet]
    when-done: shell
    END
    cp /tmp/answers.yaml $OUT
exits 3 slipway-host install --root $LIVE --disks $DISKS --answers /tmp/answers.yaml --payload $PAYLOADS/1.0.update --plan-only --log-format plain
expect output "then: install 1.0"
run test ! -e /dev/md/boot
run slipway-host install --root $LIVE --disks $DISKS --answers /tmp/answers.yaml --payload $PAYLOADS/1.0.update --log-format json
expect output "installed 1.0"
expect no output "saltsalt"
run test ! -e /dev/md/boot
run slipway-host install --root $LIVE --disks $DISKS --answers /tmp/answers.yaml --payload $PAYLOADS/1.0.update --log-format plain
expect output "nothing to do"
run slipway-host install --root $LIVE --disks $DISKS --answers /tmp/answers.yaml --payload $PAYLOADS/1.0.update --plan-only --log-format plain
expect output "nothing to do"
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount /dev/md/boot /mnt
run cat /mnt/state/boot.json
expect json confirmed is 1.0
expect json options is "console=tty0 quiet"
run
    cd /mnt/images/1.0
    cmp rootfs.squashfs /lab/images/1.0/rootfs.squashfs
    cmp manifest.json.minisig /lab/images/1.0/manifest.json.minisig
    test "$(cat /mnt/state/slipway/first-boot/hostname)" = nas
    test "$(stat -c %a /mnt/state/slipway/first-boot/password-hash)" = 600
    grep -q DHCP=yes /mnt/state/slipway/first-boot/network/50-wired.network
    test -s /mnt/state/slipway/layout.json
run
    mcopy -n -i ${card}2 ::grub/grubenv ::images/1.0/vmlinuz /tmp
    grep -a confirmed=1.0 /tmp/grubenv
    cmp /tmp/vmlinuz /lab/images/1.0/vmlinuz
expect array boot whole
power off
expect legs card:3 nvme:3 equal where used
expect sound card:3

# Another version is not laid over it.
boot
fails slipway-host install --root $LIVE --disks $DISKS --answers $OUT/answers.yaml --payload $PAYLOADS/2.0.update --log-format plain
expect output "version 1.0 is installed on these disks, and this is 2.0"
expect output "slipway-host images add"
