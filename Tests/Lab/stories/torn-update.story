# The power went at the re-add, between the two legs' superblocks: the card is ahead, and has nothing yet.
from pair
blank card

boot with faults
run
    sfdisk --dump $nvme | sed '/-id\|-lba/d; s/, uuid=[^,]*//' | sfdisk --quiet $card
    mdadm --assemble --run /dev/md/boot ${nvme}p3
    mount /dev/md/boot /mnt
    # md has to have counted on from where the bitmap was cleared last, twice.
    sync
    sleep 0.5
    touch /mnt/written
    sync
    blockdev --flushbufs ${nvme}p3
    slipway-lab forge-leg ${nvme}p3 ${card}p3 0
fault nvme drops writes
cut power after 500ms of
    mdadm /dev/md/boot --re-add ${card}p3
    sleep 10

boot
converge pair
wait for boot
expect array boot whole
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
expect sound card:3
