/// The loader's configuration: the same bytes in every payload of this program's version.
///
/// Only grubenv differs between machines and times. It is not signed, so no more than three names
/// are taken from it, and none of them is evaluated as a command.
package enum GrubConfiguration {
    /// The file's name in `loader/` and on the ESP, below `grub/`.
    package static let fileName = "grub.cfg"

    /// The file's content.
    ///
    /// - `image` in grubenv names the image that is started: a folder below `images/` on the ESP
    ///   that GRUB was started from.
    /// - `previous` names the one that is started when that one's kernel or initramfs cannot be
    ///   loaded, and is offered in the menu.
    /// - `options` goes to the end of the kernel's command line.
    package static let text = """
        # Slipway's loader. This file is signed with the payload and never changes on a machine:
        # what to start stands in grubenv beside it.

        # Not every machine has a serial port; GRUB must go on without.
        if serial --unit=0 --speed=115200; then
            terminal_input console serial
            terminal_output console serial
        fi

        # By name, so that grubenv cannot set "prefix" or "root".
        load_env --file "${prefix}/grubenv" image previous options

        set timeout=3
        set default=0

        if [ -n "${image}" ]; then
            menuentry "${image}" {
                linux "/images/${image}/vmlinuz" slipway.image=${image} ${options}
                initrd "/images/${image}/initrd.img"
            }
        fi
        if [ -n "${previous}" -a "${previous}" != "${image}" ]; then
            # The entry that GRUB tries by itself when the default cannot be loaded; here it takes
            # numbers only. Without an "image" this is the only entry, and the default.
            set fallback=1
            menuentry "${previous} (previous)" {
                linux "/images/${previous}/vmlinuz" slipway.image=${previous} ${options}
                initrd "/images/${previous}/initrd.img"
            }
        fi
        if [ -z "${image}" -a -z "${previous}" ]; then
            set timeout=-1
            menuentry "No image: ${prefix}/grubenv is missing or names none. Restart" {
                reboot
            }
        fi

        """
}
