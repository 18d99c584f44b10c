# The same, and the power goes: whatever the moment, it starts again from the survivor alone.
from md-survivor

cuts from here
boot
run
    mdadm --assemble --run /dev/md/boot $fast
    mount /dev/md/boot /mnt
    sync
expect files in /mnt
run
    slipway-lab used-chunks /dev/md/boot 1048576 >/sys/block/md127/md/bitmap_set_bits
    sync
    blockdev --flushbufs $fast
    slipway-lab forge-leg $fast $card 0
    mdadm /dev/md/boot --re-add $card
wait for boot
expect array boot whole
expect files in /mnt
power off
expect legs card fast equal where used
expect sound card
expect sound fast
