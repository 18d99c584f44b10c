# The same file is rotten on both legs: that is said, and nothing is written over anything.
from installed

boot
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
run slipway-lab rot ${card}3 /run/slipway/boot/images/1.0/vmlinuz 5
run slipway-lab rot ${nvme}3 /run/slipway/boot/images/1.0/vmlinuz 900000
exits 4 slipway-host scrub --key $KEYS/lab.pub --repair
expect output "no leg has it right"
expect output "1 file rotten on every leg: add the image again with 'images add'."
# Nor does anybody vouch for an image without a key.
exits 4 slipway-host scrub
expect output "no key is trusted here"
# A leg that is not whole is not read.
run mdadm /dev/md/boot --fail ${card}3
exits 4 slipway-host scrub --key $KEYS/lab.pub
expect output "$card3: not read: faulty"
