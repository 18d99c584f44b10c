# The power goes while a blank card is made a leg: it is done again to its end.
from pair
blank card

cuts from here
boot
converge pair
wait for boot
run mount /dev/md/boot /mnt
expect array boot whole
expect files in /mnt
power off
expect legs card:3 nvme:3 equal where used
expect sound card:3
expect sound nvme:3
