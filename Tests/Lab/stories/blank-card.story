# The card died; a blank one of the same size is in the same reader.
from pair
blank card

boot
plan pair
expect step writeTable
expect step addLegUsedOnly
expect no step createArray
expect no step makeFilesystem
apply
wait for boot
expect array boot whole
expect nothing to do for pair
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
expect sound card:3
expect sound nvme:3
