# A card that is a little smaller takes the place of the dead one: legs are rounded down for that.
from pair
blank card 500MiB

boot
converge pair
wait for boot
expect array boot whole
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
