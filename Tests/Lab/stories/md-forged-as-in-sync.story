# Wrong: equal events and no flags. md takes the blank card for a good leg, and alone it starts.
from md-survivor

boot
run slipway-lab forge-leg --mistake equal-events --mistake no-flags $fast $card 0
run mdadm --assemble --run /dev/md/boot $card
fails mount -o ro /dev/md/boot /mnt
