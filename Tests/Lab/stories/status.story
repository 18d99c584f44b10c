# What status says of an appliance: all is well, a rotten file, a loader that was damaged, a leg that
# failed, a card that is gone.
from installed
limit 120s

boot
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
run slipway-host status --prove --json --disks $DISKS --key $KEYS/lab.pub
expect json health is healthy
expect json state.confirmed is 2.0
expect json arrays.0.legs.0.role is card
expect json arrays.0.legs.1.condition is working
expect json legs.0.bootable is true
expect json legs.1.starts_firmware is false
# The quick form does not read images; the proof does.
run slipway-lab rot ${nvme}3 /run/slipway/boot/images/2.0/initrd.img 1000
run slipway-host status --disks $DISKS --key $KEYS/lab.pub
exits 4 slipway-host status --prove --disks $DISKS --key $KEYS/lab.pub
expect output "nvme: images/2.0/initrd.img: not what the manifest says"
run slipway-host scrub --repair --key $KEYS/lab.pub
run slipway-host status --prove --disks $DISKS --key $KEYS/lab.pub
# A kernel on the card's EFI system partition loses a byte.
run
    image=$(mktemp)
    mcopy -n -i $card@@2M ::/images/1.0/vmlinuz $image
    printf X | dd of=$image bs=1 seek=50000 conv=notrunc status=none
    mcopy -o -i $card@@2M $image ::/images/1.0/vmlinuz
    blockdev --flushbufs $card
exits 5 slipway-host status --prove --disks $DISKS --key $KEYS/lab.pub
expect output "images/1.0/vmlinuz: not what the manifest of 1.0 says"
# Boot code that points nowhere.
run
    dd if=/dev/zero of=$card bs=440 count=1 conv=notrunc,fsync status=none
    blockdev --flushbufs $card
exits 5 slipway-host status --disks $DISKS --key $KEYS/lab.pub
expect output "card: the boot code differs from byte 0 on"
expect output "its data are on card, nvme."
