#pragma once
#include <lzma.h>

// Macros with casts, which Swift does not import.
static const lzma_vli LZMA_FILTER_LZMA2_ID = LZMA_FILTER_LZMA2;
static const lzma_vli LZMA_VLI_END = LZMA_VLI_UNKNOWN;
static const uint32_t LZMA_PRESET_DEFAULT_VALUE = LZMA_PRESET_DEFAULT;
