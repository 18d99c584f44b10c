# The machine that all this was first made for, in its real sizes: what is written to a fresh card
# before it can be booted does not depend on the size of the array.
from target
limit 400s

boot
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme240}3
    mount --mkdir /dev/md/boot /run/slipway/boot
    cd /run/slipway/boot
    mkdir -p images state
    cp -r $IMAGES/1.0 $IMAGES/2.0 images/
    cat >state/boot.json <<END
    {"format": 1, "generation": 3, "confirmed": "2.0", "previous": "1.0", "failed": [],
     "options": "", "legs": {}}
    END
# The images are there, and the EFI system partition does not hold them yet.
run slipway-host recover --yes --disks $DISKS --key $KEYS/lab.pub --log-format plain
power off
blank card

boot
count writes of card
run
    modprobe raid1
    echo 100 >/proc/sys/dev/raid/speed_limit_min
    echo 200 >/proc/sys/dev/raid/speed_limit_max
    {
        slipway-host recover --yes --disks $DISKS --key $KEYS/lab.pub --log-format plain
        echo "ended $?"
    } >/tmp/log 2>&1 &
    until grep -q 'used blocks only: start' /tmp/log; do sleep 0.1; done
# Boot code, core image, the files of the EFI system partition, and 16 MB.
note bound of
    cd $IMAGES
    bytes=$(cat ?.0/vmlinuz ?.0/initrd.img 2.0/loader/BOOTX64.EFI 2.0/loader/grub.cfg 2.0/loader/core.img | wc -c)
    echo $((bytes + 440 + 16000000))
expect written card <= 1.0 x bound
run
    echo 200000 >/proc/sys/dev/raid/speed_limit_max
    until grep -q '^ended' /tmp/log; do sleep 0.2; done
    tail -n 20 /tmp/log
expect output "All is well: 2.0 starts from card."
power off
expect legs card:3 nvme240:3 equal where used
