// What files on rows of ±1 share.
#ifndef SPINODAL_SIGNS_H
#define SPINODAL_SIGNS_H

#include "variants.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef int8_t int8x64 __attribute__((vector_size(64)));
typedef int16_t int16x32 __attribute__((vector_size(64)));
typedef uint64_t uint64x8 __attribute__((vector_size(64)));

#define EIGHT(x) x, x, x, x, x, x, x, x
#define BITS_OF_BYTE 1, 2, 4, 8, 16, 32, 64, -128
#define BITS_OF_HALF 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, -32768

// All bits set in the lanes that are marked in 64, 32 bits. Macros: such vectors must not be passed between functions.
#define MARKED_BYTES(BITS)                                                                                     \
  ((__builtin_shufflevector(                                                                                   \
        (int8x64)(uint64x8){EIGHT(BITS)}, (int8x64){0}, EIGHT(0), EIGHT(1), EIGHT(2), EIGHT(3), EIGHT(4),      \
        EIGHT(5), EIGHT(6), EIGHT(7)) &                                                                        \
    (int8x64){EIGHT(BITS_OF_BYTE)}) != 0)
#define MARKED_HALVES(BITS)                                                                                    \
  ((__builtin_shufflevector(                                                                                   \
        (int16x32){(int16_t)(BITS), (int16_t)((BITS) >> 16)}, (int16x32){0}, EIGHT(0), EIGHT(0), EIGHT(1),     \
        EIGHT(1)) &                                                                                            \
    (int16x32){BITS_OF_HALF, BITS_OF_HALF}) != 0)

#endif
