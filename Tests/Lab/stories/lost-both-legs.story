# The disk that has a leg of both mirrors died: both get a new one. Its ISO store is made anew.
from store
blank large

boot
converge store
wait for boot
wait for vms
expect array vms whole
expect array boot whole
run mount /dev/md/vms /mnt
expect files in /mnt
power off
expect legs large:4 small:1 equal where used
expect legs card:3 large:3 equal where used
