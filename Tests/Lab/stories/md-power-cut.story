# After a power cut an array waits for the first write, and then goes on by itself.
from md-array

boot
run
    mdadm --assemble /dev/md/boot $card $fast
    mount /dev/md/boot /mnt
expect files in /mnt
cut power after 1s of
    while :; do dd if=/dev/urandom of=/mnt/noise bs=64k count=8 conv=fsync 2>/dev/null; done
expect state of fast is dirty

boot
run mdadm --assemble /dev/md/boot $card $fast
expect array boot read-auto
# Nothing is copied, and who waits for it waits for ever.
exits 124 timeout 2 mdadm --wait /dev/md/boot
run mdadm --readwrite /dev/md/boot
wait for boot
expect array boot whole
run mount /dev/md/boot /mnt
expect files in /mnt
power off
expect legs card fast equal where used
expect sound card
