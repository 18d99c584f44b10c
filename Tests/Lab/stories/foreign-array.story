# The card in the reader belongs to another array: it is not touched.
from pair
blank card

boot
run
    mdadm --create /dev/md/other --run --level=1 --raid-devices=2 --metadata=1.2 $card missing
    mkfs.ext4 -q /dev/md/other
power off

boot
count writes of card
refuse pair
expect output "$card"
note none of echo 1
expect written card <= 0.5 x none
