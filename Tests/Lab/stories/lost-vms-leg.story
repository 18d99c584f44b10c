# The disk that is only in the VM store's mirror died.
from store
blank small

boot
plan store
expect step addLegUsedOnly
apply
wait for vms
expect array vms whole
expect array boot whole
expect nothing to do for store
run mount /dev/md/vms /mnt
expect files in /mnt
power off
expect legs large:4 small:1 equal where used
