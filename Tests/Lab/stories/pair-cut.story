# The power goes while two blank disks are made a mirror: it is done again to its end.
disk card 512MiB bus usb serial SDREADER lun 0 model "SD Reader" removable
disk nvme 640MiB bus nvme serial P310240 wwn 0x5001 model "Patriot P310"

cuts from here
boot
converge pair
expect nothing to do for pair
expect array boot whole
run mount /dev/md/boot /mnt
write 4MiB to /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
expect sound nvme:3
