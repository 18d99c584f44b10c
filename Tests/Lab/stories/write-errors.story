# The blank card fails writes while it is made a leg: that is told, and the other leg is as it was.
from pair
blank card

boot with faults
plan pair
fault card fails writes
fails slipway-host apply --disks $DISKS --boot-volume $BOOT --log-format plain /tmp/plan.json
fault card is well
converge pair
wait for boot
run mount /dev/md/boot /mnt
expect files in /mnt
