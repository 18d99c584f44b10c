# The superblock of the card's bitmap has bits turned over: the array starts without that leg.
from pair
damage 64B of card at 528352s

boot
converge pair
wait for boot
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
