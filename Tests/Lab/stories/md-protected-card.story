# A card that refuses writes: md throws it out, and lets nobody write to the other leg either.
from md-array

protect card
boot
run mdadm --assemble --run /dev/md/boot $card $fast
expect array boot degraded
run cat /sys/block/md127/md/array_state
expect output "readonly"
run mount /dev/md/boot /mnt
expect output "mounted read-only"
expect files in /mnt
