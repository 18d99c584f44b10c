# A mirror of two disks, as mdadm makes it: it is whole after a shutdown and after a power cut.
disk card 64MiB bus usb serial SDREADER removable
disk fast 96MiB bus nvme serial P310

boot
run
    mdadm --create /dev/md/boot --run --level=1 --raid-devices=2 --metadata=1.0 --assume-clean \
        --bitmap=internal --bitmap-chunk=1M $card $fast
    mkfs.ext4 -q /dev/md/boot
    mount /dev/md/boot /mnt
write 8MiB to /mnt
expect array boot whole
power off

boot
run
    mdadm --assemble /dev/md/boot $card $fast
    mount /dev/md/boot /mnt
expect files in /mnt
cut power after 300ms of
    while :; do dd if=/dev/urandom of=/mnt/noise bs=64k count=8 conv=fsync 2>/dev/null; done

boot
run mdadm --assemble /dev/md/boot $card $fast
expect array boot read-auto
run mount /dev/md/boot /mnt
wait for boot
expect array boot whole
expect files in /mnt
