# With a person at a terminal: which disk may be erased, and whether to go on.
from installed
limit 120s
blank card
boot
run
    mkfs.ext4 -q -L photos $card
# Nobody who types something else agrees.
exits 1
    echo no | script -qec "slipway-host recover --disks $DISKS --key $KEYS/lab.pub" /dev/null
expect output "all data on one of these disks would be lost"
expect output "photos"
run
    test "$(blkid -p -o value -s LABEL $card)" = photos
exits 1
    printf '%s\n' $card no |
        script -qec "slipway-host recover --disks $DISKS --key $KEYS/lab.pub" /dev/null
expect output "Do this? Type yes:"
expect output "nobody agreed"
run
    test "$(blkid -p -o value -s LABEL $card)" = photos
run
    printf '%s\n' $card yes |
        script -qec "slipway-host recover --disks $DISKS --key $KEYS/lab.pub" /dev/null
expect output "All is well: 2.0 starts from card."
power off
expect legs card:3 nvme:3 equal where used
