# A card that is write-protected, blank or with a leg: that is told, and nothing is begun.
from pair
protect card

boot
refuse pair
expect output "write-protected"
expect array boot absent
power off
blank card
boot
refuse pair
expect output "write-protected"
power off
unprotect card
boot
converge pair
wait for boot
run mount /dev/md/boot /mnt
expect files in /mnt
