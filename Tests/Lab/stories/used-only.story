# What a fresh leg costs: 1.15 times what is used, at most.
from pair
blank card

boot
plan pair
count writes of card
# Table, boot code and ESP do not count: the leg's own device is there only after the table.
run
    slipway-host apply --disks $DISKS --image $IMAGE --log-format plain /tmp/plan.json
note used of slipway-lab used-bytes /dev/md/boot
expect written card:3 <= 1.15 x used
