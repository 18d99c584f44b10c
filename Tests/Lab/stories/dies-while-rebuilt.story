# The new card dies while md fills it; the next one is filled to its end.
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
    echo $! >/tmp/apply.pid
    until grep -q 'wait until array boot' /tmp/apply.log; do sleep 0.1; done
fault card is dead
run
    echo 200000 >/proc/sys/dev/raid/speed_limit_max
    while grep -qs slipway-host /proc/$(cat /tmp/apply.pid)/cmdline; do sleep 0.1; done
    cat /tmp/apply.log
expect output "slipway-host: "
cut power
blank card

boot
converge pair
wait for boot
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
