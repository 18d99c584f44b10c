# Wrong: flags, but equal events. Together the two are refused, the good one with the blank one.
from md-survivor

boot
run slipway-lab forge-leg --mistake equal-events $fast $card 0
fails mdadm --assemble --run /dev/md/boot $card $fast
expect output "ignoring $fast as it reports $card as failed"
expect array boot absent
