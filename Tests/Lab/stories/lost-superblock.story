# The card's md superblock is gone, and its partition table is as it was.
from pair
boot
run mdadm --zero-superblock ${card}3
power off

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
