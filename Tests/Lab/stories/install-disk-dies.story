# A card that fails while it is installed on ends the installation; put right, it is finished.
disk card 512MiB bus usb serial SDREADER lun 0 model "SD Reader" removable
disk nvme 640MiB bus nvme serial P310240 wwn 0x5001 model "Patriot P310"
limit 120s

boot with faults
run
    cat >/tmp/answers.yaml <<'END'
    layout: pair
    hostname: nas
    network: dhcp
    password: $6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/
    when-done: shell
    END
fault card fails writes
fails slipway-host install --root $LIVE --disks $DISKS --answers /tmp/answers.yaml --payload $PAYLOADS/1.0.update --log-format plain
expect output "hint: "
expect no output "installed 1.0"
fault card is well
run slipway-host install --root $LIVE --disks $DISKS --answers /tmp/answers.yaml --payload $PAYLOADS/1.0.update --log-format plain
expect output "installed 1.0"
run slipway-host install --root $LIVE --disks $DISKS --answers /tmp/answers.yaml --payload $PAYLOADS/1.0.update --plan-only --log-format plain
expect output "nothing to do"
power off
expect legs card:3 nvme:3 equal where used
expect sound card:3
