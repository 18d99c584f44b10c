# The new card fails while it is rebuilt, and the one after that is well.
from pair
blank card

boot with faults
plan pair
run
    echo 1000 >/proc/sys/dev/raid/speed_limit_max 2>/dev/null || true
cut power at "used blocks only: start" of
    slipway-host apply --disks $DISKS --boot-volume $BOOT --log-format plain /tmp/plan.json
blank card
boot
converge pair
wait for boot
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
