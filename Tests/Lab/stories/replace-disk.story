# A working disk is copied to a larger one that was chosen for its role; the mirror is never alone.
from pair
disk larger 1GiB bus nvme serial P310480

boot
run
    mdadm --quiet --assemble /dev/md/boot ${card}3 ${nvme}3
    mount /dev/md/boot /mnt
plan pair --disk nvme=$larger
expect step replaceLeg
apply
expect array boot whole
expect nothing to do for pair --disk nvme=$larger
expect files in /mnt
power off
expect legs card:3 larger:3 equal where used
expect role of larger:3 is "active 1"
expect sound larger:3
