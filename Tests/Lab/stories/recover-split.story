# Both legs ran alone: whose data stay is a person's choice.
from installed
limit 120s

boot
run
    mdadm --assemble --run /dev/md/boot ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
    mdadm /dev/md/boot --fail detached --remove detached || true
    touch /run/slipway/boot/on-nvme
power off
boot
run
    mdadm --assemble --run /dev/md/boot ${card}3
    mount --mkdir /dev/md/boot /run/slipway/boot
    touch /run/slipway/boot/on-card
power off

boot
exits 1 slipway-host recover --yes --disks $DISKS --key $KEYS/lab.pub
expect output "both legs of boot ran alone"
expect array boot absent
run slipway-host recover --yes --erase $card --disks $DISKS --key $KEYS/lab.pub --log-format plain
expect output "All is well: 2.0 starts from card."
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
    [ -e /run/slipway/boot/on-nvme ]
    [ ! -e /run/slipway/boot/on-card ]
power off
expect legs card:3 nvme:3 equal where used
