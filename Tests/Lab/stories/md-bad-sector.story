# A sector that cannot be read is read from the other leg, and written anew: then it can be read.
from md-array

boot with faults
fault fast has a bad sector at 20MiB
run mdadm --assemble /dev/md/boot $card $fast
fails dd if=$fast of=/dev/null bs=4096 count=1 skip=5120 iflag=direct
run mdadm --readwrite /dev/md/boot
run
    echo check >/sys/block/md127/md/sync_action
wait for boot
run dd if=$fast of=/dev/null bs=4096 count=1 skip=5120 iflag=direct
expect array boot whole
