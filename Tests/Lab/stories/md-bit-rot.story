# A bit that flipped on one leg: md counts it in a check, and cannot say which leg is right.
from md-array
damage 4KiB of card at 1MiB
expect role of card is "active 0"

boot
run
    mdadm --assemble /dev/md/boot $card $fast
    mdadm --readwrite /dev/md/boot
    echo check >/sys/block/md127/md/sync_action
wait for boot
note mismatches of cat /sys/block/md127/md/mismatch_cnt
run [ "$(cat /sys/block/md127/md/mismatch_cnt)" -gt 0 ]
expect array boot whole
