# A pair with two signed images on its boot volume.
from pair

boot
run mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
run mount --mkdir /dev/md/boot /run/slipway/boot
run
    mkdir /run/slipway/boot/images
    cp -r $IMAGES/1.0 $IMAGES/2.0 /run/slipway/boot/images/
power off
expect legs card:3 nvme:3 equal where used
