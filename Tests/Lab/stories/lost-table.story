# The card's partition table is gone, both copies, and the leg behind it is as it was.
from pair
damage 33s of card at 1s
damage 33s of card at 1048543s

boot
plan pair
apply
wait for boot
expect array boot whole
expect nothing to do for pair
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
