# A leg fails: the machine would start, and there is one copy of the data.
from installed

boot
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
    mdadm /dev/md/boot --fail ${nvme}3
exits 4 slipway-host status --disks $DISKS --key $KEYS/lab.pub
expect output "It works, with less than it should have: nvme has failed in array boot"
exits 4 slipway-host status --json --disks $DISKS --key $KEYS/lab.pub
expect json arrays.0.legs.1.condition is failed
expect json health is degraded
