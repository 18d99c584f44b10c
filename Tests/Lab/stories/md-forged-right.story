# The forged leg as it has to be: alone it is refused, and the survivor starts whoever is seen first.
from md-survivor

boot
run slipway-lab forge-leg $fast $card 0
fails mdadm --assemble --run /dev/md/boot $card
run
    mdadm --stop /dev/md/boot 2>/dev/null || true
    mdadm --assemble --run /dev/md/boot $card $fast
expect array boot read-auto
run mount -o ro /dev/md/boot /mnt
expect files in /mnt
run
    umount /mnt
    mdadm --stop /dev/md/boot
    mdadm --assemble --run /dev/md/boot $fast $card
    mount -o ro /dev/md/boot /mnt
expect files in /mnt
