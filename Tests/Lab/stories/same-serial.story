# Two cards with the serial of the same kind of reader: a serial is no identity.
disk card 512MiB bus usb serial READER lun 0 model "SD Reader" removable
disk other 512MiB bus usb serial READER lun 0 model "SD Reader" removable
disk nvme 640MiB bus nvme serial P310240

boot
refuse pair
refuse pair --disk card=$card
expect output "the same serial"
power off
remove other

boot
converge pair
expect array boot whole
