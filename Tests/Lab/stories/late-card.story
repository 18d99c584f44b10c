# The card appears after the array was started without it, and is taken back.
from pair
remove card

boot
converge pair
expect array boot degraded
run mount /dev/md/boot /mnt
write 4MiB to /mnt
insert card
converge pair
wait for boot
expect array boot whole
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
