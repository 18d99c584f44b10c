# Nothing is wrong: from the live system recover starts the array, proves it, and stops it again.
from installed

boot
run slipway-host recover --disks $DISKS --key $KEYS/lab.pub --log-format plain
expect output "Nothing is wrong."
expect output "Nothing had to be done."
expect output "All is well: 2.0 starts from card."
expect array boot absent
