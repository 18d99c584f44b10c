# The blank card is write-protected: that is told.
from pair
blank card
protect card

boot
try slipway-host plan --layout $LAYOUTS/pair.yaml --disks $DISKS --output /tmp/plan.json
