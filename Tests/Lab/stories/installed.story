# A pair with two signed images on its boot volume, of which the second is started: what an
# installation leaves.
from pair

boot
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
    cd /run/slipway/boot
    mkdir -p images state
    cp -r $IMAGES/1.0 $IMAGES/2.0 images/
    cat >state/boot.json <<END
    {"format": 1, "generation": 3, "confirmed": "2.0", "previous": "1.0", "failed": [],
     "options": "", "legs": {}}
    END
exits 3 slipway-host plan --layout $LAYOUTS/pair.yaml --disks $DISKS --boot-volume /run/slipway/boot --output /tmp/plan.json
run slipway-host apply --disks $DISKS --boot-volume /run/slipway/boot --log-format plain /tmp/plan.json
run slipway-host status --disks $DISKS --key $KEYS/lab.pub
expect output "All is well: 2.0 starts from card."
power off
expect legs card:3 nvme:3 equal where used
