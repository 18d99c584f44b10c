/// The menu of a live medium: its `/boot/grub/grub.cfg`.
package struct MediumMenu: Sendable, Equatable {
    /// The medium's identity, by which the initramfs finds it.
    package let uuid: String
    /// What is installed from it, for people.
    package let title: String
    /// Whether there are answers on the medium, so that it installs without asking.
    package let hasAnswers: Bool

    /// Describes a menu.
    package init(uuid: String, title: String, hasAnswers: Bool) {
        self.uuid = uuid
        self.title = title
        self.hasAnswers = hasAnswers
    }

    /// The file's content.
    package var text: String {
        [head, hasAnswers ? unattended : "", entries].joined()
    }

    private var head: String {
        """
        # Not every machine has a serial port; GRUB must go on without. The last console that the
        # kernel is given is the one that programs write to.
        set consoles="console=tty0"
        if serial --unit=0 --speed=115200; then
            terminal_input console serial
            terminal_output console serial
            set consoles="console=tty0 console=ttyS0,115200n8"
        fi

        set default=0
        set timeout=\(hasAnswers ? 5 : 15)

        function start {
            linux /boot/vmlinuz slipway.medium=\(uuid) $@ quiet ${consoles}
            initrd /boot/initrd.img
        }


        """
    }

    private var unattended: String {
        """
        menuentry "Install \(title) as the answers on this medium say" --hotkey=a {
            start slipway.mode=install slipway.answers=medium
        }

        """
    }

    /// A letter starts an entry, also over a serial line that swallows the arrow keys.
    private var entries: String {
        """
        menuentry "Install \(title)" --hotkey=i {
            start slipway.mode=install
        }
        menuentry "Recover a machine" --hotkey=r {
            start slipway.mode=recover
        }
        menuentry "Check this medium" --hotkey=k {
            start slipway.mode=check
        }
        menuentry "Shell" --hotkey=s {
            start slipway.mode=shell
        }
        menuentry "Install from memory: the medium can be taken out" --hotkey=m {
            start slipway.mode=install slipway.ram
        }
        menuentry "Boot from disk" --hotkey=d {
            if [ "${grub_platform}" = pc ]; then
                # Of a stick's two names, disk and partition, the disk's.
                regexp --set=1:medium "^([^,]+)" "${root}"
                for disk in hd0 hd1 hd2 hd3; do
                    if [ "${disk}" != "${medium}" ]; then
                        # The sector is told that it came from the root's disk.
                        set root=${disk}
                        if chainloader +1; then boot; fi
                    fi
                done
            fi
            # The firmware goes on to what it would have started next.
            exit
        }

        """
    }
}
