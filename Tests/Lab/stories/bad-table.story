# One copy of the card's table is damaged: nothing is lost, and nothing but that is to be mended.
from pair
damage 33s of card at 1s

boot
converge pair
run mount /dev/md/boot /mnt
expect files in /mnt
