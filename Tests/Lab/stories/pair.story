# Two blank disks become a mirror with a filesystem; the other stories of this pair stand on it.
disk card 512MiB bus usb serial SDREADER lun 0 model "SD Reader" removable
disk nvme 640MiB bus nvme serial P310240 wwn 0x5001 model "Patriot P310"

boot
plan pair
expect step writeTable
expect step createArray
expect step makeFilesystem
apply
expect array boot whole
expect nothing to do for pair
run mount /dev/md/boot /mnt
write 40MiB to /mnt
power off
expect role of card:3 is "active 0"
expect role of nvme:3 is "active 1"
expect legs card:3 nvme:3 equal where used
expect sound card:3
keep card as old_card
keep nvme as old_nvme
