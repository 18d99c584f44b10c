# Each leg ran without the other: which one is right is not for a program to say.
from pair

remove nvme
boot
run
    mdadm --assemble --run /dev/md/boot ${card}3
    mount /dev/md/boot /mnt
    echo card >/mnt/who
power off
insert nvme
remove card
boot
run
    mdadm --assemble --run /dev/md/boot ${nvme}3
    mount /dev/md/boot /mnt
    echo nvme >/mnt/who
power off
insert card

boot
refuse pair
expect output "$card"
expect output "$nvme"
