# The target's card of 64 GB died; the next one that is sold as 64 GB is a little smaller.
limit 120s
from target
blank card 62333952KiB

boot
plan tvs-663
expect step addLegUsedOnly
apply
wait for boot
expect array boot whole
expect nothing to do for tvs-663
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme240:3 equal where used
expect sound card:3
