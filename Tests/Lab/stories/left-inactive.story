# udev found only one leg and left the array inactive; the other one comes late.
from pair
remove card

boot with udev
run udevadm settle
expect array md127 inactive
insert card
converge pair
run mount /dev/md/boot /mnt
expect array boot whole
expect files in /mnt
