# All records of the layout are gone: a person names the file that it was made from.
from installed
limit 120s
boot
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
    rm /run/slipway/boot/state/slipway/layout.json
power off
blank card

boot
exits 1 slipway-host recover --yes --disks $DISKS --key $KEYS/lab.pub
expect output "no disk has a record of a layout"
expect output "--layout"
run slipway-host recover --yes --layout $LAYOUTS/pair.yaml --disks $DISKS --key $KEYS/lab.pub --log-format plain
expect output "All is well: 2.0 starts from card."
run slipway-host recover --yes --disks $DISKS --key $KEYS/lab.pub
expect output "Nothing had to be done."
power off
expect legs card:3 nvme:3 equal where used
expect sound card:3
