# The card in the reader holds somebody's files: it is erased when it is named, not before.
from pair
blank card

boot
run
    mkfs.ext4 -q $card
refuse pair
expect output "$card"
converge pair --erase $card
wait for boot
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
