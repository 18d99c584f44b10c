# A card that is too small is refused, and told so; nothing is written to it.
from pair
blank card 200MiB

boot
count writes of card
refuse pair
note none of echo 1
expect written card <= 0.5 x none
