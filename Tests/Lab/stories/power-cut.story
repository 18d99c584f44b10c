# After a power cut while it was written to, the mirror is made whole by the same command.
from pair

boot
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount /dev/md/boot /mnt
cut power after 1s of
    while :; do dd if=/dev/urandom of=/mnt/noise bs=64k count=8 conv=fsync 2>/dev/null; done

boot
converge pair
wait for boot
expect array boot whole
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
