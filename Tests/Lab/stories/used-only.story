# What a fresh leg costs: 1.15 times what is used, at most.
from pair

boot
run mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
run mount /dev/md/boot /mnt
write 80MiB to /mnt
power off
blank card

boot
plan pair
# Table, boot code and ESP do not count.
count writes of card:3
apply
note used of slipway-lab used-bytes /dev/md/boot
expect written card:3 <= 1.15 x used
run mount /dev/md/boot /mnt
expect files in /mnt
