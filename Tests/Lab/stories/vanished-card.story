# The card stops answering while the volume is in use, and answers again later with what it had.
from pair

boot with faults
run
    mdadm --assemble /dev/md/boot ${card}p3 ${nvme}p3
    mount /dev/md/boot /mnt
fault card is dead
write 4MiB to /mnt
expect array boot degraded
fault card is well
converge pair
wait for boot
expect array boot whole
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
expect sound card:3
