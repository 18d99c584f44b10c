# What status says of an appliance: all is well, a rotten file, a loader that was damaged, a leg that
# failed, a card that is gone.
from installed

boot
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
run slipway-host status --prove --json --disks $DISKS --keys $KEYS
expect json health is healthy
expect json state.confirmed is 2.0
expect json arrays.0.legs.0.role is card
expect json arrays.0.legs.1.condition is working
expect json legs.0.bootable is true
expect json legs.1.starts_firmware is false
# The quick form does not read images; the proof does.
run slipway-lab rot ${nvme}3 /run/slipway/boot/images/2.0/initrd.img 1000
run slipway-host status --disks $DISKS --keys $KEYS
exits 4 slipway-host status --prove --disks $DISKS --keys $KEYS
expect output "nvme: images/2.0/initrd.img: not what the manifest says"
run slipway-host scrub --repair --keys $KEYS
run slipway-host status --prove --disks $DISKS --keys $KEYS
# A kernel on the card's EFI system partition loses a byte.
run
    image=$(mktemp)
    mcopy -n -i $card@@2M ::/images/1.0/vmlinuz $image
    printf X | dd of=$image bs=1 seek=50000 conv=notrunc status=none
    mcopy -o -i $card@@2M $image ::/images/1.0/vmlinuz
    blockdev --flushbufs $card
exits 5 slipway-host status --prove --disks $DISKS --keys $KEYS
expect output "images/1.0/vmlinuz: not what the manifest of 1.0 says"
# Boot code that points nowhere.
run
    dd if=/dev/zero of=$card bs=440 count=1 conv=notrunc,fsync status=none
    blockdev --flushbufs $card
exits 5 slipway-host status --disks $DISKS --keys $KEYS
expect output "card: the boot code differs from byte 0 on"
expect output "its data are on card, nvme."
power off

boot
run
    mdadm --assemble --run /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
run slipway-host plan --layout $LAYOUTS/pair.yaml --disks $DISKS --boot-volume /run/slipway/boot --output /tmp/plan.json || [ $? = 3 ]
run slipway-host apply --disks $DISKS --boot-volume /run/slipway/boot --log-format plain /tmp/plan.json
run slipway-host status --disks $DISKS --keys $KEYS
# A leg fails: it starts, but there is one copy of the data.
run mdadm /dev/md/boot --fail ${nvme}3
exits 4 slipway-host status --disks $DISKS --keys $KEYS
expect output "It works, with less than it should have: nvme has failed in array boot"
