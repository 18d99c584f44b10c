/// Scripts about arrays, by their sysfs files (Linux, Documentation/admin-guide/md.rst).
enum ArrayScripts {
    /// Unmounts and stops all that a shutdown would.
    static let closeEverything = """
        sync
        for place in $(awk '$1 ~ "^/dev/(md|ubd|loop|mapper)" { print $2 }' /proc/mounts | sort -r); do
            umount "$place"
        done
        losetup --detach-all
        for array in /sys/block/md*; do
            [ ! -e "$array/md" ] || mdadm --quiet --stop "/dev/${array##*/}"
        done
        """

    /// Waits until md has no work left for an array.
    static func wait(for name: String) -> String {
        """
        \(find(name))
        [ -n "$array" ] || { echo "there is no array \(name)"; exit 1; }
        until [ "$(cat "$array/sync_action")" = idle ]; do sleep 0.05; done
        """
    }

    /// Prints an array's state in the words of `ArrayState`, and what they are made from.
    static func state(of name: String) -> String {
        """
        \(find(name))
        [ -n "$array" ] || { echo absent; exit 0; }
        state=$(cat "$array/array_state")
        missing=$(cat "$array/degraded" 2>/dev/null || echo 0)
        action=$(cat "$array/sync_action" 2>/dev/null || echo idle)
        case $state in
        clear | inactive) word=inactive ;;
        read-auto) word=read-auto ;;
        *)  if [ "$missing" != 0 ]; then word=degraded
            elif [ "$action" = idle ]; then word=whole
            else word=$action; fi ;;
        esac
        echo "$word (array_state $state, degraded $missing, sync_action $action)"
        """
    }

    private static func find(_ name: String) -> String {
        """
        array=
        for node in /dev/md/\(name) /dev/\(name); do
            [ ! -e "$node" ] || array=/sys/block/$(basename "$(readlink -f "$node")")/md
        done
        [ -d "$array" ] || array=
        """
    }
}
