# A card that fails writes is thrown out; what was promised stays readable.
from md-array

boot with faults
run
    mdadm --assemble /dev/md/boot $card $fast
    mount /dev/md/boot /mnt
fault card fails writes
write 4MiB to /mnt
expect array boot degraded
expect files in /mnt
power off
expect roles of fast is "faulty, active 1"
