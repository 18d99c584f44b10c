# A card with an old copy of this array is put back: it is never the source.
from pair
blank card
boot
converge pair
run mount /dev/md/boot /mnt
write 8MiB to /mnt
power off
put old_card into card

boot
plan pair
apply
wait for boot
expect array boot whole
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
expect sound card:3
