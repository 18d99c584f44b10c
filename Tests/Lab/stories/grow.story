# The legs have room for more, and array and filesystem take it while they are used. A growth that
# was cut between the two is gone on with.
disk card 512MiB bus usb serial SDREADER lun 0 model "SD Reader" removable
disk nvme 640MiB bus nvme serial P310240

boot
converge roomy
run mount /dev/md/boot /mnt
write 40MiB to /mnt
# What a cut leaves: the array has grown, the filesystem has not.
run mdadm --quiet --grow /dev/md/boot --size=184320 --assume-clean
plan roomier
expect step growArray
apply
expect array boot whole
expect nothing to do for roomier
run [ "$(stat -f -c %b /mnt)" -gt "$((150 * 1048576 / $(stat -f -c %S /mnt)))" ]
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
expect sound nvme:3
