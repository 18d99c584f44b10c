# Of three legs two are lost at once: each gets what is used, one after the other.
disk card 512MiB bus usb serial SDREADER lun 0
disk nvme 640MiB bus nvme serial P310240
disk disk 640MiB bus sata serial WD1

boot
converge triple
run mount /dev/md/boot /mnt
write 30MiB to /mnt
power off
blank card
blank disk

boot
plan triple
expect step addLegUsedOnly
apply
expect array boot whole
expect nothing to do for triple
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:1 nvme:1 equal where used
expect legs disk:1 nvme:1 equal where used
expect sound disk:1
