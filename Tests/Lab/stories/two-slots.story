# A reader with two slots, of which one is empty: both have its serial.
disk card 512MiB bus usb serial SDREADER lun 0 model "SD Reader" removable
disk empty 0B bus usb serial SDREADER lun 1 model "CF Reader" removable
disk nvme 640MiB bus nvme serial P310240

boot
converge pair
expect array boot whole
run slipway-host observe --disks $DISKS
expect output "unit 1"
