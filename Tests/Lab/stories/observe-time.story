# Three disks as large as the target's are observed in less than a second.
disk card 64GB bus usb serial SDREADER lun 0 removable
disk nvme240 240GB bus nvme serial P310
disk nvme128 128GB bus nvme serial P300
boot
run timeout 1 slipway-host observe --json --disks $DISKS
