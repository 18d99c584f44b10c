# Each leg ran without the other: each says that the other is gone, and event counts decide nothing.
from md-array

remove fast
boot
run
    mdadm --assemble --run /dev/md/boot $card
    mount /dev/md/boot /mnt
    echo card >/mnt/who
power off
insert fast
remove card
boot
run
    mdadm --assemble --run /dev/md/boot $fast
    mount /dev/md/boot /mnt
    echo fast >/mnt/who
    sync
    echo again >/mnt/who
power off
insert card
expect roles of card is "active 0, spare"
expect roles of fast is "spare, active 1"
boot
# md starts one of them all the same: it is left to others to refuse.
run mdadm --assemble --run /dev/md/boot $card $fast
expect output "ignoring $fast as it reports $card as failed"
expect array boot read-auto
run mount -o ro /dev/md/boot /mnt
run cat /mnt/who
expect output "card"
