# Wrong: few events, but no flags. Alone the blank card still starts.
from md-survivor

boot
run slipway-lab forge-leg --mistake no-flags $fast $card 0
run mdadm --assemble --run /dev/md/boot $card
fails mount -o ro /dev/md/boot /mnt
