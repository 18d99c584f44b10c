# The disks of the machine that all this was first made for, in their real sizes.
limit 120s
disk card 62534976KiB bus usb serial SDREADER lun 0 model "SD Reader" removable
disk nvme240 240057409536B bus nvme serial P310 model "Patriot P310 240GB"
disk nvme128 128035676160B bus nvme serial P300 model "Patriot P300 128GB"

boot
count writes of card
converge tvs-663
note bound of echo 200000000
# Empty filesystems of 58 GiB cost little, and nothing is copied to the card.
expect written card <= 1.0 x bound
expect array boot whole
expect array vms whole
run mount /dev/md/boot /mnt
write 30MiB to /mnt
power off
expect legs card:3 nvme240:3 equal where used
