# The re-add wrote the card's superblock and not the survivor's: md refuses both, the survivor alone starts.
from md-survivor

boot with faults
run
    mdadm --assemble --run /dev/md/boot $fast
    mount /dev/md/boot /mnt
    sync
    blockdev --flushbufs $fast
    slipway-lab forge-leg $fast $card 0
fault fast drops writes
cut power after 500ms of
    mdadm /dev/md/boot --re-add $card
    sleep 10

boot
fails mdadm --assemble /dev/md/boot $card $fast
expect output "need all 2 to start it"
expect array boot absent
run mdadm --assemble --run /dev/md/boot $fast
run mount -o ro /dev/md/boot /mnt
expect files in /mnt
