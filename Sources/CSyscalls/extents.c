#define _GNU_SOURCE
#include "CSyscalls.h"
#include <linux/fiemap.h>

int slipway_file_extents(int file, uint64_t start, struct slipway_extent *extents, int count) {
    enum { limit = 64 };
    union {
        struct fiemap map;
        char room[sizeof(struct fiemap) + limit * sizeof(struct fiemap_extent)];
    } request = {.map = {.fm_start = start,
                         .fm_length = FIEMAP_MAX_OFFSET - start,
                         .fm_flags = FIEMAP_FLAG_SYNC,
                         .fm_extent_count = count < limit ? count : limit}};
    if (ioctl(file, FS_IOC_FIEMAP, &request.map) < 0) return -1;
    int found = (int)request.map.fm_mapped_extents;
    for (int i = 0; i < found; i++) {
        struct fiemap_extent *extent = &request.map.fm_extents[i];
        extents[i] = (struct slipway_extent){.logical = extent->fe_logical,
                                             .physical = extent->fe_physical,
                                             .length = extent->fe_length,
                                             .flags = extent->fe_flags};
    }
    return found;
}
