/// The loader's configuration: the same bytes in every payload of this program's version.
///
/// Only grubenv differs between legs and times. It is not signed, so no more than the names below
/// are taken from it, and none of their values is evaluated as a command. docs/boot-counting.md
/// tells what it does.
package enum GrubConfiguration {
    /// The file's name in `loader/` and on the ESP, below `grub/`.
    package static let fileName = "grub.cfg"

    /// The file's content.
    ///
    /// `BootLoader` writes the variables that it reads. GRUB has no arithmetic, so the count goes
    /// down by `if` and `elif`.
    package static let text = """
        # Slipway's loader. This file is signed with the payload and never changes on a machine:
        # what to start stands in grubenv beside it.

        # Not every machine has a serial port; GRUB must go on without.
        if serial --unit=0 --speed=115200; then
            terminal_input console serial
            terminal_output console serial
        fi

        # By name, so that grubenv cannot set "prefix" or "root".
        load_env --file "${prefix}/grubenv" generation array leg confirmed previous trying left options

        # An image that is not confirmed is started while tries are left: "try" is what is left
        # after this one. It is saved before the start and read back from the disk, as a card that
        # is write-protected, or only pretends to write, would try for ever.
        set try=
        if [ -n "${trying}" -a "${left}" = 2 ]; then
            set try=1
        elif [ -n "${trying}" -a "${left}" = 1 ]; then
            set try=0
        fi
        if [ -n "${try}" ]; then
            set left="${try}"
            save_env --file "${prefix}/grubenv" left
            set left=
            load_env --file "${prefix}/grubenv" left
            if [ "${left}" != "${try}" ]; then
                echo "slipway: ${trying} is not tried: the count of tries cannot be saved here"
                set try=
            fi
        fi

        # Starts an image; comes back when it cannot be loaded. GRUB would start a kernel without its
        # initramfs, and it loses the command line of a kernel that it loads after another one: so
        # both files are looked for first, and what cannot be read then needs a new start.
        function load {
            if [ -s "/images/${1}/vmlinuz" -a -s "/images/${1}/initrd.img" ]; then
                if linux "/images/${1}/vmlinuz" slipway.image="${1}" slipway.array="${array}" slipway.leg="${leg}" ${2} panic=30 ${options}; then
                    if initrd "/images/${1}/initrd.img"; then
                        boot
                    fi
                    echo "slipway: the initramfs of ${1} cannot be read"
                    sleep 10
                    reboot
                fi
            fi
            echo "slipway: ${1} cannot be loaded"
        }
        # Starts the first of three images that can be loaded; a word for the kernel goes to the first.
        function start {
            load "${1}" ${2}
            if [ -n "${3}" ]; then load "${3}"; fi
            if [ -n "${4}" ]; then load "${4}"; fi
            echo "slipway: nothing can be loaded"
            sleep 30
            reboot
        }

        set timeout=3
        set default=0
        if [ -z "${confirmed}" ]; then
            set timeout=-1
            if [ -n "${generation}" ]; then
                menuentry "The installation was not finished: start it again from its medium. Restart" {
                    reboot
                }
            else
                menuentry "${prefix}/grubenv is missing or damaged: start the recovery from its medium. Restart" {
                    reboot
                }
            fi
        else
            if [ -n "${try}" ]; then
                menuentry "${trying} (not confirmed yet)" {
                    start "${trying}" slipway.try="${try}" "${confirmed}" "${previous}"
                }
            fi
            menuentry "${confirmed}" {
                start "${confirmed}" "" "${previous}" ""
            }
            if [ -n "${previous}" -a "${previous}" != "${trying}" ]; then
                menuentry "${previous} (previous)" {
                    start "${previous}" "" "${confirmed}" ""
                }
            fi
            if [ -n "${trying}" -a -z "${try}" ]; then
                menuentry "${trying} (given up)" {
                    start "${trying}" slipway.try=0 "${confirmed}" ""
                }
            fi
        fi

        """
}
