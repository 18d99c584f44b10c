# What observe prints can be planned against elsewhere, and the answer is the same.
from pair

boot
run slipway-host observe --json --disks $DISKS
expect json disks.0.path is $card
expect json disks.0.serial is SDREADER
expect json disks.1.table.partitions.2.name is boot
exits 3
    slipway-host observe --json --disks $DISKS >/tmp/seen.json
    slipway-host plan --layout $LAYOUTS/pair.yaml --observation /tmp/seen.json --json
expect json steps.0.action.do is startArray
