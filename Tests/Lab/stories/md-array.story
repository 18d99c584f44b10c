# The mirror that the md stories stand on: whole, with files, cleanly shut down.
disk card 256MiB bus usb serial SDREADER removable
disk fast 320MiB bus nvme serial P310

boot
run
    mdadm --create /dev/md/boot --run --level=1 --raid-devices=2 --metadata=1.0 --assume-clean \
        --bitmap=internal --bitmap-chunk=1M $card $fast
    mkfs.ext4 -q -J size=8 -E lazy_journal_init=1 /dev/md/boot
    mount /dev/md/boot /mnt
write 110MiB to /mnt
expect array boot whole
power off

expect role of card is "active 0"
expect role of fast is "active 1"
expect state of card is clean
expect legs card fast equal where used
expect sound card
expect sound fast
keep card as old_card
