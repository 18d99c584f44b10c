# An array without a bitmap: a fresh leg gets a full copy, and the plan says why.
disk card 512MiB bus usb serial SDREADER lun 0 model "SD Reader" removable
disk nvme 640MiB bus nvme serial P310240 model "Patriot P310"

boot
converge plain
run mount /dev/md/boot /mnt
write 20MiB to /mnt
power off
blank card

boot
plan plain
expect step addLeg
expect no step addLegUsedOnly
apply
wait for boot
expect nothing to do for plain
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal
