# The power goes while a card is recovered, when it can just be booted; the same command finishes.
from installed
limit 120s
blank card

boot
cut power at "used blocks only: start" of
    slipway-host recover --yes --disks $DISKS --key $KEYS/lab.pub --log-format plain
cuts from here
boot
run slipway-host recover --yes --disks $DISKS --key $KEYS/lab.pub --log-format plain
expect output "All is well: 2.0 starts from card."
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
expect array boot whole
expect files in /run/slipway/boot
power off
expect legs card:3 nvme:3 equal where used
expect sound card:3
