# The NVMe disk died and a blank one is there: the card is the survivor.
from pair
blank nvme

boot
plan pair
expect step addLegUsedOnly
apply
wait for boot
expect array boot whole
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
expect sound nvme:3
