# A card and two NVMe disks become a mirror for the system, one for VMs, and a store for ISO images.
disk card 512MiB bus usb serial SDREADER lun 0 model "SD Reader" removable
disk large 768MiB bus nvme serial P310240 model "Patriot P310"
disk small 300MiB bus nvme serial P300128 model "Patriot P300"

boot
converge store
expect array boot whole
expect array vms whole
run mount /dev/md/vms /mnt
write 20MiB to /mnt
power off
expect legs card:3 large:3 equal where used
expect sound large:3
