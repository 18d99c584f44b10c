# No disk has a record of what was installed.
from pair
blank card
blank nvme

boot
exits 1 slipway-host recover --yes --disks $DISKS
expect output "no disk has a record of a layout"
