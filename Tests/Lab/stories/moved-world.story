# Between plan and apply somebody takes the card: nothing is written.
from pair
blank card

boot
plan pair
run mkfs.ext4 -q $card
fails slipway-host apply --disks $DISKS --boot-volume $BOOT --log-format plain /tmp/plan.json
run e2fsck -fn $card
