// Random123's generators are macros over structs of arrays; Swift sees one function of plain words.
#ifndef SPINODAL_CRANDOM123_SHIM_H
#define SPINODAL_CRANDOM123_SHIM_H

#include <Random123/philox.h>

typedef struct { uint32_t word0, word1, word2, word3; } spinodal_philox_block;

/// Philox4x32-10 (Salmon, Moraes, Dror & Shaw, SC'11, section 3.3): one block of the counter under the key.
static inline spinodal_philox_block spinodal_philox4x32_10(spinodal_philox_block counter, uint32_t key0, uint32_t key1) {
  philox4x32_ctr_t c = {{counter.word0, counter.word1, counter.word2, counter.word3}};
  philox4x32_key_t k = {{key0, key1}};
  philox4x32_ctr_t r = philox4x32_R(10, c, k);
  spinodal_philox_block block = {r.v[0], r.v[1], r.v[2], r.v[3]};
  return block;
}

#endif
