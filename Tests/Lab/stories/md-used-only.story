# A blank card gets only what the filesystem uses, by md itself: bits, bitmap, superblock, re-add.
from md-survivor

boot
run
    mdadm --assemble --run /dev/md/boot $fast
    mount /dev/md/boot /mnt
    sync
    slipway-lab used-chunks /dev/md/boot 1048576 >/sys/block/md127/md/bitmap_set_bits
    sync
    blockdev --flushbufs $fast
    slipway-lab forge-leg $fast $card 0
note used of
    dumpe2fs -h /dev/md/boot 2>/dev/null | awk -F: '
        $1 == "Block count" { blocks = $2 } $1 == "Free blocks" { free = $2 }
        $1 == "Block size" { size = $2 } END { print (blocks - free) * size }'
count writes of card
run mdadm /dev/md/boot --re-add $card
wait for boot
expect array boot whole
expect written card <= 1.15 x used
expect files in /mnt
power off
expect legs card fast equal where used
expect sound card
expect sound fast
expect role of card is "active 0"
expect recovery of card is none

remove fast
boot
run mdadm --assemble --run /dev/md/boot $card
run mount -o ro /dev/md/boot /mnt
expect files in /mnt
