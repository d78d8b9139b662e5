// Couplings of pairs of spins, J_ij = Σ_c y_ic y_jc, of rows of ±1, and the fields that they make.
#include <string.h>

#include "variants.h"

#define COUPLING_PARAMETERS (const uint32_t *restrict bits, size_t words, size_t rows, int32_t columns, int16_t *restrict coupling)
#define COUPLING_ARGUMENTS (bits, words, rows, columns, coupling)
INLINED void couplings_body COUPLING_PARAMETERS {
  for (size_t i = 0; i < rows; i++) {
    const uint32_t *row = bits + i * words;
    for (size_t j = 0; j <= i; j++) {
      const uint32_t *other = bits + j * words;
      int32_t different = 0;
      // Rows are padded to whole pairs of words.
      for (size_t k = 0; k < words; k += 2) {
        uint64_t a, b;
        memcpy(&a, row + k, sizeof a);
        memcpy(&b, other + k, sizeof b);
        different += __builtin_popcountll(a ^ b);
      }
      coupling[i * rows + j] = (int16_t)(columns - 2 * different);
    }
  }
  // The other half in squares that stay in the nearest cache.
  for (size_t i = 0; i < rows; i += 64)
    for (size_t j = 0; j <= i; j += 64)
      for (size_t k = i; k < i + 64 && k < rows; k++)
        for (size_t l = j; l < j + 64 && l < k; l++) coupling[l * rows + k] = coupling[k * rows + l];
}
VARIANTS(void, couplings, COUPLING_PARAMETERS, COUPLING_ARGUMENTS)

void spinodal_pair_couplings(
    spinodal_instructions set, const uint32_t *bits, size_t words, size_t rows, int32_t columns, int16_t *coupling) {
  CHOSEN(couplings, set, COUPLING_ARGUMENTS);
}

#define FIELD_PARAMETERS (const int16_t *restrict coupling, int32_t shift, int32_t *restrict field, size_t count)
#define FIELD_ARGUMENTS (coupling, shift, field, count)
INLINED void fields_body FIELD_PARAMETERS {
  // The product has 16 bits: multiplications of 32 are slow.
  for (size_t i = 0; i < count; i++) field[i] += (int16_t)(shift * coupling[i]);
}
VARIANTS(void, fields, FIELD_PARAMETERS, FIELD_ARGUMENTS)

void spinodal_move_pair_fields(
    spinodal_instructions set, const int16_t *coupling, int32_t shift, int32_t *field, size_t count) {
  CHOSEN(fields, set, FIELD_ARGUMENTS);
}
