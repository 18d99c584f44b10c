# The card died and was replaced by a blank one; the survivor's superblock says so.
from md-array

blank card
boot
run
    mdadm --assemble --run /dev/md/boot $fast
    mount /dev/md/boot /mnt
expect array boot degraded
expect files in /mnt
write 4MiB to /mnt
power off
expect role of fast is "active 1"
