# An update is added, tried and confirmed; what must be refused is; one that does not come up is given
# up, and a card that was away is brought up. What GRUB would tell the kernel stands in files, and
# systemctl is a script, as neither is here.
from pair
limit 180s

boot
run
    mdadm --assemble /dev/md/boot ${card}3 ${nvme}3
    mount --mkdir /dev/md/boot /run/slipway/boot
    cd /run/slipway/boot
    mkdir -p images state
    cp -r $IMAGES/1.0 images/
    cat >state/boot.json <<END
    {"format": 1, "generation": 3, "confirmed": "1.0", "failed": [], "options": "quiet", "legs": {}}
    END
    mount -t tmpfs none /usr/local/sbin
    echo 'cat /tmp/system-state' >/usr/local/sbin/systemctl
    sed -i '1i #!/bin/sh' /usr/local/sbin/systemctl
    chmod +x /usr/local/sbin/systemctl
    echo "quiet slipway.image=1.0 slipway.leg=card" >/tmp/cmdline
    mount --bind /tmp/cmdline /proc/cmdline
exits 3 slipway-host plan --layout $LAYOUTS/pair.yaml --disks $DISKS --boot-volume /run/slipway/boot --output /tmp/plan.json
run slipway-host apply --disks $DISKS --boot-volume /run/slipway/boot --log-format plain /tmp/plan.json
run slipway-host confirm --disks $DISKS --log-format plain
expect output "Boot files of card have been brought up"

# Nothing changes when an update is refused.
run sha256sum /run/slipway/boot/state/boot.json >/tmp/before
fails slipway-host images add --disks $DISKS --key $KEYS/lab.pub $PAYLOADS/unsigned.update
expect output "not signed"
fails slipway-host images add --disks $DISKS --key $KEYS/lab.pub $PAYLOADS/foreign.update
expect output "not trusted"
fails slipway-host images add --disks $DISKS --key $KEYS/lab.pub $PAYLOADS/other.update
expect output "the payload is for"
run
    sha256sum --check --quiet /tmp/before
    test "$(ls -A /run/slipway/boot/images)" = 1.0

run slipway-host images add --disks $DISKS --key $KEYS/lab.pub --log-format plain $PAYLOADS/2.0.update
expect output "reading back from"
expect output "Image 2.0 is tried at the next start."
run
    mcopy -n -i ${card}2 ::grub/grubenv /tmp/grubenv
    grep -a trying=2.0 /tmp/grubenv
    grep -a left=2 /tmp/grubenv
    grep -a leg=card /tmp/grubenv
    grep -a confirmed=1.0 /tmp/grubenv
run slipway-host images add --disks $DISKS --key $KEYS/lab.pub --log-format plain $PAYLOADS/2.0.update
expect output "is there already"
run slipway-host images list --json
expect json images.1.version is 2.0
expect json images.1.roles.0 is trying
expect json state.trying is 2.0
fails slipway-host images remove --disks $DISKS 1.0
expect output "it is the confirmed image"

# It does not come up: units fail.
run
    echo degraded >/tmp/system-state
    echo "quiet slipway.image=2.0 slipway.leg=card slipway.try=1" >/tmp/cmdline
fails slipway-host confirm --disks $DISKS --log-format plain
# GRUB has counted, and started the confirmed image.
run
    sed -i s/left=2/left=0/ /tmp/grubenv
    mcopy -o -i ${card}2 /tmp/grubenv ::grub/grubenv
    sync
    blockdev --flushbufs $card
    echo "quiet slipway.image=1.0 slipway.leg=card" >/tmp/cmdline
run slipway-host confirm --disks $DISKS --log-format plain
expect output "Image 2.0 did not come up, and is given up."
run slipway-host images list
expect output "given up"

# Once more, and now it comes up.
run slipway-host images add --disks $DISKS --key $KEYS/lab.pub --log-format plain $PAYLOADS/2.0.update
run
    echo running >/tmp/system-state
    echo "quiet slipway.image=2.0 slipway.leg=card slipway.try=1" >/tmp/cmdline
run slipway-host confirm --wait 5 --disks $DISKS --log-format plain
expect output "Image 2.0 is confirmed."
run slipway-host status --prove --disks $DISKS --key $KEYS/lab.pub
expect output "2.0 starts from card."
run slipway-host images rollback --disks $DISKS --log-format plain
expect output "The next start is of image 1.0."
fails slipway-host images remove --disks $DISKS 2.0
power off
expect legs card:3 nvme:3 equal where used
expect sound card:3
