#define _GNU_SOURCE
#include "CSyscalls.h"
#include <ftw.h>

int slipway_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

int slipway_openat(int folder, const char *path, int flags, mode_t mode) {
    return openat(folder, path, flags, mode);
}

int slipway_open_in_root(int folder, const char *path, int flags) {
    struct open_how how = {.flags = (uint64_t)flags, .resolve = RESOLVE_IN_ROOT};
    return (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
}

dev_t slipway_makedev(unsigned major_number, unsigned minor_number) {
    return makedev(major_number, minor_number);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *at) {
    (void)status, (void)type, (void)at;
    return remove(path);
}

int slipway_remove_tree(const char *path) {
    return nftw(path, remove_entry, 64, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

extern char **environ;
char **slipway_environment(void) { return environ; }
