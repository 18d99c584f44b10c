# The disk that is only in the VM store's mirror died.
from store
blank small

boot
plan store
# Its superblocks are at the start of the legs, where used blocks only is not tried: a full copy.
expect step addLeg
apply
wait for vms
expect array vms whole
expect array boot whole
expect nothing to do for store
run mount /dev/md/vms /mnt
expect files in /mnt
power off
expect legs large:4 small:1 equal
