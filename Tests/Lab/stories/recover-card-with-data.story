# The fresh card is as shops sell them, with a table and a FAT: it is erased only when it was named.
from installed
limit 120s
blank card

boot
run
    printf 'label: dos\n2048,,c\n' | sfdisk -q $card
    mkfs.vfat ${card}1
    mdir -i ${card}1 ::
exits 1 slipway-host recover --yes --disks $DISKS --key $KEYS/lab.pub
expect output "vfat"
expect output "--erase $card"
run slipway-host recover --yes --erase $card --disks $DISKS --key $KEYS/lab.pub --log-format plain
expect output "All is well: 2.0 starts from card."
power off
expect legs card:3 nvme:3 equal where used
