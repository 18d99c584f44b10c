#define _GNU_SOURCE
#include "CSyscalls.h"
#include <linux/blkpg.h>

int slipway_block_byte_count(int disk, uint64_t *count) {
    return ioctl(disk, BLKGETSIZE64, count);
}

int slipway_block_sector_size(int disk, int *size) { return ioctl(disk, BLKSSZGET, size); }

int slipway_block_drop_cache(int disk) { return ioctl(disk, BLKFLSBUF, 0); }

int slipway_block_reread_partitions(int disk) { return ioctl(disk, BLKRRPART, 0); }

static int change_partition(int disk, int operation, int number, int64_t start, int64_t length) {
    struct blkpg_partition partition = {.start = start, .length = length, .pno = number};
    struct blkpg_ioctl_arg argument = {
        .op = operation, .datalen = sizeof partition, .data = &partition};
    return ioctl(disk, BLKPG, &argument);
}

int slipway_block_add_partition(int disk, int number, int64_t start, int64_t length) {
    return change_partition(disk, BLKPG_ADD_PARTITION, number, start, length);
}

int slipway_block_remove_partition(int disk, int number) {
    return change_partition(disk, BLKPG_DEL_PARTITION, number, 0, 0);
}
