# What must not be installed is refused, and no disk is written to.
disk card 512MiB bus usb serial SDREADER lun 0 model "SD Reader" removable
disk nvme 640MiB bus nvme serial P310240 wwn 0x5001 model "Patriot P310"
disk spare 640MiB bus sata serial OTHER model "Old Disk"
limit 120s

boot
run
    cat >/tmp/sound.yaml <<'END'
    layout: pair
    hostname: nas
    network: dhcp
    password: $6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/
    when-done: shell
    END
    { cat /tmp/sound.yaml; echo 'passwort: secret'; } >/tmp/typo.yaml
    { cat /tmp/sound.yaml; echo 'disks: {card: {serial: NOWHERE}}'; } >/tmp/nowhere.yaml
    sed 's/^password: .*/password: opensesame/' /tmp/sound.yaml >/tmp/plain.yaml
    sed 's/^layout: .*/layout: store/' /tmp/sound.yaml >/tmp/store.yaml
    # How much has been written to each disk: field 7 (Documentation/block/stat.rst).
    cat >/tmp/written <<'END'
    for disk in ubdb ubdc ubdd; do awk '{print $7}' /sys/block/$disk/stat; done
    END
    sh /tmp/written >/tmp/before

fails slipway-host install --root $LIVE --disks $DISKS --answers /tmp/typo.yaml --payload $PAYLOADS/1.0.update --log-format plain
expect output "/tmp/typo.yaml:6:1: unknown key"
fails slipway-host install --root $LIVE --disks $DISKS --answers /tmp/plain.yaml --payload $PAYLOADS/1.0.update --log-format plain
expect output "/tmp/plain.yaml:4:11: password: expected a hash"
expect no output "opensesame"
fails slipway-host install --root $LIVE --disks $DISKS --answers /tmp/nowhere.yaml --payload $PAYLOADS/1.0.update --log-format plain
expect output "there is no disk for the answers' disks.card (serial NOWHERE)"
fails slipway-host install --root $LIVE --disks $DISKS --answers /tmp/store.yaml --payload $PAYLOADS/1.0.update --log-format plain
expect output "refused: "
fails slipway-host install --root $LIVE --disks $DISKS --answers /tmp/sound.yaml --payload $PAYLOADS/unsigned.update --log-format plain
expect output "unsigned"
fails slipway-host install --root $LIVE --disks $DISKS --answers /tmp/sound.yaml --payload $PAYLOADS/foreign.update --log-format plain
expect output "not trusted"
fails slipway-host install --root $LIVE --disks $DISKS --answers /tmp/sound.yaml --payload $PAYLOADS/other.update --log-format plain
expect output "other"
fails slipway-host install --root $LIVE --disks $DISKS --answers /tmp/sound.yaml --payload /tmp/no-such-file --log-format plain
run sh /tmp/written | cmp - /tmp/before

# A disk that holds data is only taken when it is named, by more than its reader's serial.
run mke2fs -q -t ext4 -L photos $card
run sync; sh /tmp/written >/tmp/before
fails slipway-host install --root $LIVE --disks $DISKS --answers /tmp/sound.yaml --payload $PAYLOADS/1.0.update --log-format plain
expect output "photos"
run { cat /tmp/sound.yaml; echo 'erase: [SDREADER]'; } >/tmp/serial.yaml
fails slipway-host install --root $LIVE --disks $DISKS --answers /tmp/serial.yaml --payload $PAYLOADS/1.0.update --log-format plain
expect output "its reader reports for every medium"
run sh /tmp/written | cmp - /tmp/before
run { cat /tmp/sound.yaml; echo 'erase: [{serial: SDREADER, size: 500 MB .. 600 MB}]'; } >/tmp/named.yaml
run slipway-host install --root $LIVE --disks $DISKS --answers /tmp/named.yaml --payload $PAYLOADS/1.0.update --log-format plain
expect output "installed 1.0"
