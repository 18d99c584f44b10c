# The card is changed while the machine runs and the volume is in use.
from pair

boot with udev
run
    [ -e /dev/md/boot ] || mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount /dev/md/boot /mnt
    mdadm /dev/md/boot --fail ${card}3 --remove ${card}3
remove card
blank card
insert card
converge pair
wait for boot
expect array boot whole
expect files in /mnt
write 4MiB to /mnt
power off
expect legs card:3 nvme:3 equal where used
