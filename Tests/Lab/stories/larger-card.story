# A larger card takes the place of the dead one; its leg is as large as the other.
from pair
blank card 1GiB

boot
converge pair
expect array boot whole
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
expect sound card:3
