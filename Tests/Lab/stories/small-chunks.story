# A bitmap of small chunks: what is copied fits what is used more closely still.
disk card 512MiB bus usb serial SDREADER lun 0 model "SD Reader" removable
disk nvme 640MiB bus nvme serial P310240 wwn 0x5001 model "Patriot P310"

boot
converge chunks
run mount /dev/md/boot /mnt
write 40MiB to /mnt
power off
blank card

boot
plan chunks
count writes of card:3
apply
note used of slipway-lab used-bytes /dev/md/boot
expect written card:3 <= 1.1 x used
expect array boot whole
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
