# The card is changed while the host runs from the array, and recover is called there.
from installed
limit 120s

boot with udev
run
    [ -e /dev/md/boot ] || mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
    mdadm /dev/md/boot --fail ${card}3 --remove ${card}3
remove card
exits 5 slipway-host status --disks $DISKS --key $KEYS/lab.pub
expect output "It would not start again: no disk is there for card"
expect output "its data are on nvme."
blank card
insert card
exits 5 slipway-host status --disks $DISKS --key $KEYS/lab.pub
run slipway-host recover --yes --disks $DISKS --key $KEYS/lab.pub --log-format plain
expect output "All is well: 2.0 starts from card."
expect array boot whole
run mountpoint /run/slipway/boot
expect files in /run/slipway/boot
# Once more: nothing is wrong, nothing is written down.
run
    slipway-host recover --disks $DISKS --key $KEYS/lab.pub --log-format plain
    [ $(ls /run/slipway/boot/state/slipway/reports | wc -l) = 1 ]
expect output "Nothing had to be done."
power off
expect legs card:3 nvme:3 equal where used
