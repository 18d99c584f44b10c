# A mirror of whole disks, made by the commands of XCP-ng's installer, gets a new card by a full copy.
disk card 256MB bus usb serial SDREADER lun 0 model "SD Reader" removable
disk large 512MiB bus nvme serial P310240 model "Patriot P310"

boot
run
    mdadm --create /dev/md127 --run --metadata=1.0 --level=mirror --raid-devices=2 $card $large
wait for md127
run
    sgdisk --new=1:2048:+100M --typecode=1:8300 /dev/md127
    mkfs.ext4 -q /dev/md127p1
    mount /dev/md127p1 /mnt
write 10MiB to /mnt
power off
blank card

boot
plan xcp
expect step addLeg
expect no step writeTable
apply
wait for md127
expect nothing to do for xcp
run mount /dev/md127p1 /mnt
expect files in /mnt
power off
expect legs card large equal
