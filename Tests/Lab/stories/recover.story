# The card died. A fresh one is in its place, the live system runs: one command brings it back.
from installed
limit 120s
blank card

boot
exits 3 slipway-host recover --plan-only --disks $DISKS --key $KEYS/lab.pub
expect output "$card, which is to be card, holds nothing of the system."
# Where nobody can be asked, nobody agrees.
exits 1 slipway-host recover --disks $DISKS --key $KEYS/lab.pub
expect output "nobody agreed"
expect array boot absent
run slipway-host recover --yes --disks $DISKS --key $KEYS/lab.pub --log-format plain
expect output "All is well: 2.0 starts from card."
expect output "can be started, images as signed"
# What was started for it is stopped again.
expect array boot absent
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
expect array boot whole
run cat /run/slipway/boot/state/slipway/reports/*.json
expect json status.health is healthy
expect json layout is pair
expect files in /run/slipway/boot
run slipway-host status --prove --disks $DISKS --key $KEYS/lab.pub
power off
expect legs card:3 nvme:3 equal where used
expect sound card:3
