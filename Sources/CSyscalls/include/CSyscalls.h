#pragma once
// The GNU and Linux names that Swift's Glibc module leaves out, and the few calls that
// Swift cannot make: variadic ones, and what happens between fork and exec.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

// open(2) and openat(2), which are variadic in C.
int slipway_open(const char *path, int flags, mode_t mode);
int slipway_openat(int folder, const char *path, int flags, mode_t mode);

// openat2(2) with RESOLVE_IN_ROOT: `folder` is the root that no symlink and no .. leads out of.
int slipway_open_in_root(int folder, const char *path, int flags);

// makedev(3), a macro in C.
dev_t slipway_makedev(unsigned major, unsigned minor);

// Removes a tree; does not cross mount points and does not follow symlinks. -1 and errno.
int slipway_remove_tree(const char *path);

// ioctls of block devices (linux/fs.h, linux/blkpg.h): the size in bytes, the size of a logical
// sector, dropping what the page cache has of the device, reading the partition table anew, and
// adding or removing one partition of the kernel's own list, in bytes. -1 and errno.
int slipway_block_byte_count(int disk, uint64_t *count);
int slipway_block_sector_size(int disk, int *size);
int slipway_block_drop_cache(int disk);
int slipway_block_reread_partitions(int disk);
int slipway_block_add_partition(int disk, int number, int64_t start, int64_t length);
int slipway_block_remove_partition(int disk, int number);

// A run of a file's bytes, as FS_IOC_FIEMAP tells it (linux/fiemap.h, struct fiemap_extent).
struct slipway_extent {
    uint64_t logical, physical, length;
    uint32_t flags;
};

// The first runs of a file that end behind byte `start`, at most `count`, after what was written to
// it is on the disk. Returns how many, or -1 and errno.
int slipway_file_extents(int file, uint64_t start, struct slipway_extent *extents, int count);

// The environment of this process.
char **slipway_environment(void);

// Starts a program: stdin, stdout, stderr are the descriptors given, all others are closed,
// the signal mask is empty, all signals have their default action. Returns 0 or an errno.
int slipway_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[],
                  const char *folder, int input, int output, int error);

// What slipway_isolate came back with.
struct slipway_isolation {
    // The step of setting up that failed, or NULL.
    const char *failed;
    // errno of that step.
    int code;
    // 1 in the isolated process, 0 in the caller after that process has ended.
    int is_worker;
    // In the caller: the number of the process.
    pid_t process;
    // In the caller: the exit status of the process, 128 + signal when a signal ended it.
    int status;
    // In the caller: the signal that told it to end the process early, or 0.
    int interruption;
};

// Forks, and returns twice. The child is PID 1 of a new PID namespace, in a mount namespace of its
// own whose mounts reach nobody else, with /proc mounted for it, called localhost, and, when not root, as root of a
// user namespace that maps the caller's ranges of /etc/subuid and /etc/subgid (through
// newuidmap(1) and newgidmap(1)). The caller waits for the child; SIGINT, SIGTERM, SIGHUP and
// SIGQUIT, and its own death, kill the child and with it everything the child started.
// Call it before any thread starts.
struct slipway_isolation slipway_isolate(uint32_t subuid, uint32_t subgid, uint32_t count);

// The same, but the caller goes on at once and waits for the child itself, by its number; its
// signals are its own affair. Without `has_network` the child has a network namespace of its own,
// with the loopback interface and no other.
struct slipway_isolation slipway_isolate_start(uint32_t subuid, uint32_t subgid, uint32_t count,
                                               int has_network);
