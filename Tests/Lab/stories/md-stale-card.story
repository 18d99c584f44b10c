# A card with an old copy of the array is not taken for good, and md does not start from it.
from md-survivor

put old_card into card
boot
run mdadm --assemble --run /dev/md/boot $card $fast
run mount -o ro /dev/md/boot /mnt
expect files in /mnt
run mdadm --detail --export /dev/md/boot
expect no output "$card"
