# The card's superblock has bits turned over: it is no leg, and the other one goes on.
from pair
damage 64B of card at 528368s

boot
converge pair
wait for boot
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
