# A card that md has thrown out is pulled, a blank one is put in, and md takes it, all while running.
from md-array

boot with udev
run
    udevadm settle
    [ -e /dev/md/boot ] || mdadm --assemble /dev/md/boot $card $fast
    mount /dev/md/boot /mnt
    mdadm /dev/md/boot --fail $card --remove $card
remove card
blank card
insert card
run
    [ "$(lsblk --noheadings --output FSTYPE $card)" = "" ]
    mdadm /dev/md/boot --add $card
wait for boot
expect array boot whole
expect files in /mnt
power off
expect legs card fast equal
