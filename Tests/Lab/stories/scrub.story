# Bits flip on one leg: scrub names leg, image and file, and heals it from the other leg.
from installed
limit 180s

boot
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
run slipway-host scrub --key $KEYS/lab.pub
expect output "2 images on 2 legs, all as signed."
# md and its check are none the wiser which leg is right.
run slipway-lab rot ${card}3 /run/slipway/boot/images/1.0/rootfs.squashfs 7000000
run slipway-lab rot ${card}3 /run/slipway/boot/images/1.0/rootfs.squashfs 12582911
run slipway-lab rot ${nvme}3 /run/slipway/boot/images/2.0/manifest.json 100
exits 4 slipway-host scrub --key $KEYS/lab.pub
expect output "$card3: images/1.0/rootfs.squashfs: not what the manifest says"
expect output "$nvme3: images/2.0/manifest.json: not what the manifest says"
expect no output "$nvme3: images/1.0"
# With what the disks pose as it knows their roles.
exits 4 slipway-host scrub --disks $DISKS --key $KEYS/lab.pub
expect output "$card3 (card): images/1.0/rootfs.squashfs"
exits 4 slipway-host scrub --key $KEYS/lab.pub --json
expect json findings.0.image is 1.0
expect json findings.0.good.0 is $nvme3
expect json findings.1.file is manifest.json
expect json findings.1.good.0 is $card3
run slipway-host scrub --key $KEYS/lab.pub --repair
expect output "mended"
run slipway-host scrub --key $KEYS/lab.pub
expect output "2 images on 2 legs, all as signed."
run cmp $IMAGES/1.0/rootfs.squashfs /run/slipway/boot/images/1.0/rootfs.squashfs
power off
expect legs card:3 nvme:3 equal where used
expect sound card:3
