# The power goes while an update is added; the same command finishes, and what was confirmed can be
# started all the while.
from pair
limit 180s

boot
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
    cd /run/slipway/boot
    mkdir -p images state
    cp -r $IMAGES/1.0 images/
    cat >state/boot.json <<END
    {"format": 1, "generation": 3, "confirmed": "1.0", "failed": [], "options": "", "legs": {}}
    END
exits 3 slipway-host plan --layout $LAYOUTS/pair.yaml --disks $DISKS --boot-volume /run/slipway/boot --output /tmp/plan.json
run slipway-host apply --disks $DISKS --boot-volume /run/slipway/boot --log-format plain /tmp/plan.json
power off
boot
cut power at "writing image 2.0: start" of
    mdadm --assemble --run /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
    slipway-host images add --disks $DISKS --key $KEYS/lab.pub --log-format plain $PAYLOADS/2.0.update
cuts from here
boot
run
    mdadm --assemble --run /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
    mcopy -n -i ${card}2 ::images/1.0/vmlinuz /tmp/vmlinuz
    cmp /tmp/vmlinuz $IMAGES/1.0/vmlinuz
    mcopy -n -i ${card}2 ::grub/grubenv /tmp/grubenv
    grep -a confirmed=1.0 /tmp/grubenv
run slipway-host images add --disks $DISKS --key $KEYS/lab.pub --log-format plain $PAYLOADS/2.0.update
expect output "Image 2.0 is tried at the next start."
run
    cd /run/slipway/boot/images
    test "$(ls -A | tr '\n' ' ')" = "1.0 2.0 "
    cmp 2.0/rootfs.squashfs $IMAGES/2.0/rootfs.squashfs
run slipway-host status --prove --disks $DISKS --key $KEYS/lab.pub
expect output "1.0 starts from card; 2.0 is on trial."
power off
expect sound card:3
