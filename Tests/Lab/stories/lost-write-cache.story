# The card loses the last of what it said it had written, and the power goes: it is filled anew.
from pair
blank card

boot with faults
plan pair
run
    modprobe raid1
    echo 100 >/proc/sys/dev/raid/speed_limit_min
    echo 200 >/proc/sys/dev/raid/speed_limit_max
    slipway-host apply --disks $DISKS --boot-volume $BOOT --log-format plain /tmp/plan.json \
        >/tmp/apply.log 2>&1 &
    until grep -q 'wait until array boot' /tmp/apply.log; do sleep 0.1; done
fault card drops writes
run
    echo 2000 >/proc/sys/dev/raid/speed_limit_max
    sleep 2
cut power

boot
converge pair
wait for boot
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
expect sound card:3
