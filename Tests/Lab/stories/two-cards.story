# Two cards could be meant: nobody guesses.
disk card 512MiB bus usb serial READER1 lun 0 model "SD Reader" removable
disk other 512MiB bus usb serial READER2 lun 0 model "SD Reader" removable
disk nvme 640MiB bus nvme serial P310240

boot
refuse pair
expect output "$card"
expect output "$other"
converge pair --disk card=$other
expect array boot whole
power off
expect no superblock on card
expect role of other:3 is "active 0"
