// Random numbers in bulk, and what they ask of the fields of single-spin updates.
#include <math.h>
#include <string.h>

#include "variants.h"

#pragma STDC FP_CONTRACT OFF

// Blocks that are computed side by side, one in a lane of 64 bits each.
#define SIDE 16
typedef uint64_t uint64x8 __attribute__((vector_size(64)));
#define LOW(x) ((x) & 0xffffffffu)

// Philox4x32-10 (Salmon, Moraes, Dror & Shaw, SC'11, section 3.3) of SIDE successive counters.
INLINED void philox_side(
    uint32_t key0, uint32_t key1, uint64_t block, uint32_t counter2, uint32_t counter3, uint32_t *restrict out) {
  uint64x8 w0[2], w1[2], w2[2], w3[2];
  for (int h = 0; h < 2; h++) {
    const uint64x8 counter = block + 8 * (uint64_t)h + (uint64x8){0, 1, 2, 3, 4, 5, 6, 7};
    w0[h] = LOW(counter);
    w1[h] = counter >> 32;
    w2[h] = (uint64x8){0} + counter2;
    w3[h] = (uint64x8){0} + counter3;
  }
  // Only the lower halves of lanes are meant; the upper ones hold whatever the products leave there.
  for (int round = 0; round < 10; round++) {
    for (int h = 0; h < 2; h++) {
      const uint64x8 first = LOW(w0[h]) * 0xD2511F53u, second = LOW(w2[h]) * 0xCD9E8D57u;
      w0[h] = second >> 32 ^ w1[h] ^ (uint64_t)key0;
      w2[h] = first >> 32 ^ w3[h] ^ (uint64_t)key1;
      w1[h] = second;
      w3[h] = first;
    }
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  for (int h = 0; h < 2; h++) {
    const uint64x8 low = LOW(w0[h]) | w1[h] << 32, high = LOW(w2[h]) | w3[h] << 32;
    const uint64x8 front = __builtin_shufflevector(low, high, 0, 8, 1, 9, 2, 10, 3, 11);
    const uint64x8 back = __builtin_shufflevector(low, high, 4, 12, 5, 13, 6, 14, 7, 15);
    // Both machines that this is built for store the low word first.
    memcpy(out + 32 * h, &front, sizeof front);
    memcpy(out + 32 * h + 16, &back, sizeof back);
  }
}

#define PHILOX_PARAMETERS                                                                                         \
  (uint32_t key0, uint32_t key1, uint64_t first, uint32_t counter2, uint32_t counter3, size_t count, uint32_t *out)
#define PHILOX_ARGUMENTS (key0, key1, first, counter2, counter3, count, out)
INLINED void philox_body PHILOX_PARAMETERS {
  size_t b = 0;
  for (; b + SIDE <= count; b += SIDE) philox_side(key0, key1, first + b, counter2, counter3, out + 4 * b);
  if (b < count) {
    uint32_t rest[4 * SIDE];
    philox_side(key0, key1, first + b, counter2, counter3, rest);
    memcpy(out + 4 * b, rest, 16 * (count - b));
  }
}
VARIANTS(void, philox, PHILOX_PARAMETERS, PHILOX_ARGUMENTS)

void spinodal_philox_blocks(
    spinodal_instructions set, uint32_t key0, uint32_t key1, uint64_t first, uint32_t counter2, uint32_t counter3,
    size_t count, uint32_t *out) {
  CHOSEN(philox, set, PHILOX_ARGUMENTS);
}

// ln x of a positive normal number, to 1e-8 absolutely: ln m = 2 artanh((m-1)/(m+1)) for m in [1/√2, √2).
INLINED double logarithm(double x) {
  uint64_t bits, magic;
  memcpy(&bits, &x, sizeof bits);
  const uint64_t shifted = bits + (((uint64_t)1 << 52) - 0x6A09E667F3BCDULL);
  // The exponent as a double: its bits below those of 2^52.
  magic = shifted >> 52 | 0x4330000000000000ULL;
  double exponent, mantissa;
  memcpy(&exponent, &magic, sizeof exponent);
  exponent -= 0x1p52 + 1023;
  bits -= (shifted & 0xFFF0000000000000ULL) - 0x3FF0000000000000ULL;
  memcpy(&mantissa, &bits, sizeof mantissa);
  const double t = (mantissa - 1) / (mantissa + 1), s = t * t;
  return exponent * 0.6931471805599453 + t * (2 + s * (2.0 / 3 + s * (2.0 / 5 + s * (2.0 / 7 + s * (2.0 / 9)))));
}

#define THRESHOLD_PARAMETERS                                                                    \
  (const double *restrict uniform, double scale, size_t count, double *restrict lower, double *restrict upper)
#define THRESHOLD_ARGUMENTS (uniform, scale, count, lower, upper)
// A margin of 1e-6 (1 + |x|) is a hundred times the error of the logarithm. Beyond 2^-53 ... 1 - 2^-53 nothing is decided.
#define THRESHOLDS(LOGARITHM)                                                  \
  for (size_t k = 0; k < count; k++) {                                         \
    const double u = uniform[k] > 0 ? uniform[k] : 0.5;                        \
    const double x = LOGARITHM, margin = 1e-6 * (1 + fabs(x));                 \
    lower[k] = uniform[k] > 0 ? scale * (x - margin) : -INFINITY;              \
    upper[k] = uniform[k] > 0 ? scale * (x + margin) : INFINITY;               \
  }
INLINED void heat_bath_body THRESHOLD_PARAMETERS { THRESHOLDS(logarithm((1 - u) / u)) }
INLINED void metropolis_body THRESHOLD_PARAMETERS { THRESHOLDS(-logarithm(u)) }
VARIANTS(void, heat_bath, THRESHOLD_PARAMETERS, THRESHOLD_ARGUMENTS)
VARIANTS(void, metropolis, THRESHOLD_PARAMETERS, THRESHOLD_ARGUMENTS)

void spinodal_heat_bath_thresholds(
    spinodal_instructions set, const double *uniform, double scale, size_t count, double *lower, double *upper) {
  CHOSEN(heat_bath, set, THRESHOLD_ARGUMENTS);
}

void spinodal_metropolis_thresholds(
    spinodal_instructions set, const double *uniform, double scale, size_t count, double *lower, double *upper) {
  CHOSEN(metropolis, set, THRESHOLD_ARGUMENTS);
}
