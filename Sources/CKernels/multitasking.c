// Heat bath updates of spins with quadratic energy, from overlaps in whole numbers.
#include <math.h>
#include <string.h>

#include "variants.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#pragma STDC FP_CONTRACT OFF

typedef double double8 __attribute__((vector_size(64)));
typedef int8_t bytes8 __attribute__((vector_size(8)));
typedef int16_t halves8 __attribute__((vector_size(16)));

// ln x of a positive normal number, to a few units of the last place: ln m = 2 artanh((m-1)/(m+1)), m in [1/√2, √2).
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
  double series = 2.0 / 21;
  series = series * s + 2.0 / 19;
  series = series * s + 2.0 / 17;
  series = series * s + 2.0 / 15;
  series = series * s + 2.0 / 13;
  series = series * s + 2.0 / 11;
  series = series * s + 2.0 / 9;
  series = series * s + 2.0 / 7;
  series = series * s + 2.0 / 5;
  series = series * s + 2.0 / 3;
  series = series * s + 2;
  return exponent * 0.6931471805599453 + t * series;
}

#define LOGIT_PARAMETERS (double *restrict value, double scale, size_t count)
#define LOGIT_ARGUMENTS (value, scale, count)
INLINED void logits_body LOGIT_PARAMETERS {
  for (size_t k = 0; k < count; k++) {
    const double u = value[k] > 0 ? value[k] : 0x1p-54;
    value[k] = scale * logarithm(u / (1 - u));
  }
}
VARIANTS(void, logits, LOGIT_PARAMETERS, LOGIT_ARGUMENTS)

void spinodal_logits(spinodal_instructions set, double *value, double scale, size_t count) {
  CHOSEN(logits, set, LOGIT_ARGUMENTS);
}

typedef int32_t words8 __attribute__((vector_size(32)));
typedef uint32_t bits8 __attribute__((vector_size(32)));
typedef uint64_t longs8 __attribute__((vector_size(64)));

// Attempts whose fields are computed side by side; those behind a flip are computed again.
#define GROUP 8
#define EACH(x) {x(0), x(1), x(2), x(3), x(4), x(5), x(6), x(7)}

// Field of one column, and the entries of the next in the highest byte.
#define ADD_COLUMN(entries, c)                                              \
  {                                                                         \
    const words8 y = (words8)(entries << (24 - 8 * (c) % 32)) >> 24;        \
    field += y * (overlap[c] - ((y ^ down) - down));                        \
  }

INLINED size_t packed_of_count(
    const uint64_t *restrict rows, size_t columns, int8_t *restrict spins, int32_t *restrict overlap,
    const uint32_t *restrict site, const double *restrict threshold, size_t count) {
  size_t flips = 0;
  for (size_t start = 0; start < count; start += GROUP) {
    if (start + 3 * GROUP <= count)
      for (size_t l = 0; l < GROUP; l++) {
        __builtin_prefetch(rows + site[start + 2 * GROUP + l]);
        __builtin_prefetch(spins + site[start + 2 * GROUP + l], 1);
      }
    uint32_t index[GROUP];
    double8 limit;
    const size_t present = count - start < GROUP ? count - start : GROUP;
    if (present == GROUP) {
      memcpy(index, site + start, sizeof index);
      memcpy(&limit, threshold + start, sizeof limit);
    } else {
      for (size_t l = 0; l < GROUP; l++) {
        index[l] = site[start + (l < present ? l : 0)];
        limit[l] = threshold[start + (l < present ? l : 0)];
      }
    }
#define ROW(l) rows[index[l]]
#define SPIN(l) spins[index[l]]
    const longs8 row = EACH(ROW);
    const bits8 low = __builtin_convertvector(row, bits8), high = __builtin_convertvector(row >> 32, bits8);
    uint32_t waiting = present == GROUP ? 0xff : (1u << present) - 1;
    while (waiting) {
      const bytes8 spin = EACH(SPIN);
      const words8 wide = __builtin_convertvector(spin, words8), down = wide >> 31;
      words8 field = {0};
      for (size_t c = 0; c < columns; c++) {
        if (c < 4) ADD_COLUMN(low, c) else ADD_COLUMN(high, c)
      }
      const double8 along =
          (__builtin_convertvector(field, double8) - limit) * __builtin_convertvector(wide, double8);
      const longs8 below = (longs8)(along < 0) & (longs8){1, 2, 4, 8, 16, 32, 64, 128};
      const uint32_t flipping = waiting & (uint32_t)((below[0] | below[1] | below[2] | below[3])
                                                     | (below[4] | below[5] | below[6] | below[7]));
      if (!flipping) break;
      const int l = __builtin_ctz(flipping);
      const int32_t twice = 2 * spins[index[l]];
      spins[index[l]] = -spins[index[l]];
      const int8_t *entries = (const int8_t *)(rows + index[l]);
      for (size_t c = 0; c < columns; c++) overlap[c] -= twice * entries[c];
      flips += 1;
      waiting &= ~0u << (l + 1);
    }
  }
  return flips;
}

#define PACKED_PARAMETERS                                                                                      \
  (const uint64_t *restrict rows, size_t columns, int8_t *restrict spins, int32_t *restrict overlap,           \
   const uint32_t *restrict site, const double *restrict threshold, size_t count)
#define PACKED_ARGUMENTS (rows, columns, spins, overlap, site, threshold, count)
INLINED size_t packed_heat_bath_body PACKED_PARAMETERS {
  switch (columns) {
    case 1: return packed_of_count(rows, 1, spins, overlap, site, threshold, count);
    case 2: return packed_of_count(rows, 2, spins, overlap, site, threshold, count);
    case 3: return packed_of_count(rows, 3, spins, overlap, site, threshold, count);
    case 4: return packed_of_count(rows, 4, spins, overlap, site, threshold, count);
    case 5: return packed_of_count(rows, 5, spins, overlap, site, threshold, count);
    case 6: return packed_of_count(rows, 6, spins, overlap, site, threshold, count);
    default: return packed_of_count(rows, 8, spins, overlap, site, threshold, count);
  }
}
VARIANTS(size_t, packed_heat_bath, PACKED_PARAMETERS, PACKED_ARGUMENTS)

size_t spinodal_packed_heat_bath(
    spinodal_instructions set, const uint64_t *rows, size_t columns, int8_t *spins, int32_t *overlap,
    const uint32_t *site, const double *threshold, size_t count) {
  return CHOSEN(packed_heat_bath, set, PACKED_ARGUMENTS);
}

// Largest sum of whole numbers that a threshold is compared with is far below.
#define LARGEST_THRESHOLD 0x1p30

#define CEILING_PARAMETERS (const double *restrict threshold, int32_t (*restrict ceiling)[2], size_t count)
INLINED void ceilings_body CEILING_PARAMETERS {
  for (size_t k = 0; k < count; k++) {
    double t = threshold[k] < LARGEST_THRESHOLD ? threshold[k] : LARGEST_THRESHOLD;
    t = t > -LARGEST_THRESHOLD ? t : -LARGEST_THRESHOLD;
    const int32_t towards_zero = (int32_t)t;
    ceiling[k][0] = towards_zero + ((double)towards_zero < t);
    ceiling[k][1] = ((double)towards_zero > t) - towards_zero;
  }
}
VARIANTS(void, ceilings, CEILING_PARAMETERS, (threshold, ceiling, count))

#define STEADY_BLOCK 256

// One attempt after the other without a branch: s F - q < s threshold, in whole numbers below the next one of s threshold,
// for F = Σ row X and q = Σ row². What an attempt waits for is a product, two additions and a comparison.
size_t spinodal_steady_heat_bath(
    spinodal_instructions set, const uint64_t *restrict rows, int8_t *restrict spins, int32_t *restrict overlap,
    const uint32_t *restrict site, const double *restrict threshold, size_t count) {
  int32_t ceiling[STEADY_BLOCK][2];
  size_t flips = 0;
  for (size_t start = 0; start < count; start += STEADY_BLOCK) {
    const size_t end = count - start < STEADY_BLOCK ? count : start + STEADY_BLOCK;
    CHOSEN(ceilings, set, (threshold + start, ceiling, end - start));
#if defined(__SSE2__)
    __m128i x = _mm_packs_epi32(
        _mm_loadu_si128((const __m128i *)overlap), _mm_loadu_si128((const __m128i *)(overlap + 4)));
#endif
    for (size_t k = start; k < end; k++) {
      if (k + 2 * GROUP < count) {
        __builtin_prefetch(rows + site[k + 2 * GROUP]);
        __builtin_prefetch(spins + site[k + 2 * GROUP], 1);
      }
      const size_t i = site[k];
      const int32_t spin = spins[i];
      const int32_t least = ceiling[k - start][spin < 0];
#if defined(__SSE2__)
      const __m128i bytes = _mm_loadl_epi64((const __m128i *)(rows + i));
      const __m128i entries = _mm_srai_epi16(_mm_unpacklo_epi8(bytes, bytes), 8), down = _mm_set1_epi16((int16_t)(spin >> 1));
      const __m128i along = _mm_sub_epi16(_mm_xor_si128(entries, down), down);
      __m128i square = _mm_madd_epi16(entries, entries), sum = _mm_madd_epi16(along, x);
      square = _mm_add_epi32(square, _mm_shuffle_epi32(square, 0x4e));
      square = _mm_add_epi32(square, _mm_shuffle_epi32(square, 0xb1));
      sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
      sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
      const __m128i flipping = _mm_cmpgt_epi32(_mm_add_epi32(square, _mm_set1_epi32(least)), sum);
      x = _mm_sub_epi16(x, _mm_and_si128(flipping, _mm_add_epi16(along, along)));
      const int32_t mask = _mm_cvtsi128_si32(flipping);
#else
      const int8_t *row = (const int8_t *)(rows + i);
      int32_t sum = 0, square = 0;
      for (int c = 0; c < 8; c++) {
        sum += spin * row[c] * overlap[c];
        square += row[c] * row[c];
      }
      const int32_t mask = -(sum < square + least);
      for (int c = 0; c < 8; c++) overlap[c] -= mask & 2 * spin * row[c];
#endif
      spins[i] = (int8_t)((spin ^ mask) - mask);
      flips -= (size_t)(int64_t)mask;
    }
#if defined(__SSE2__)
    _mm_storeu_si128((__m128i *)overlap, _mm_srai_epi32(_mm_unpacklo_epi16(x, x), 16));
    _mm_storeu_si128((__m128i *)(overlap + 4), _mm_srai_epi32(_mm_unpackhi_epi16(x, x), 16));
#endif
  }
  return flips;
}

// Attempts whose rows are fetched before their turn.
#define AHEAD 12
#define FETCH_AHEAD                                          \
  if (k + AHEAD < count) {                                   \
    const char *next = (const char *)(rows + stride * site[k + AHEAD]);             \
    for (size_t b = 0; b < stride * sizeof *rows; b += 64) __builtin_prefetch(next + b); \
    __builtin_prefetch(spins + site[k + AHEAD], 1);          \
  }

#define BYTE_PARAMETERS(OVERLAP)                                                                                \
  (const int8_t *restrict rows, size_t stride, const int32_t *restrict square, int8_t *restrict spins,          \
   OVERLAP *restrict overlap, const uint32_t *restrict site, const double *restrict threshold, size_t count)
#define BYTE_ARGUMENTS (rows, stride, square, spins, overlap, site, threshold, count)
#define BYTE_BODY(NAME, OVERLAP)                                                         \
  INLINED size_t NAME##_body BYTE_PARAMETERS(OVERLAP) {                                  \
    size_t flips = 0;                                                                    \
    for (size_t k = 0; k < count; k++) {                                                 \
      FETCH_AHEAD                                                                        \
      const size_t i = site[k];                                                          \
      const int8_t *row = rows + stride * i;                                             \
      const int32_t spin = spins[i];                                                     \
      int32_t field = 0;                                                                 \
      for (size_t c = 0; c < stride; c++) field += row[c] * overlap[c];                  \
      field -= spin * square[i];                                                         \
      if (spin * (field - threshold[k]) < 0) {                                           \
        for (size_t c = 0; c < stride; c++) overlap[c] -= (OVERLAP)(2 * spin * row[c]);  \
        spins[i] = -spins[i];                                                            \
        flips += 1;                                                                      \
      }                                                                                  \
    }                                                                                    \
    return flips;                                                                        \
  }
BYTE_BODY(byte_heat_bath, int32_t)
BYTE_BODY(short_heat_bath, int16_t)
VARIANTS(size_t, byte_heat_bath, BYTE_PARAMETERS(int32_t), BYTE_ARGUMENTS)
VARIANTS(size_t, short_heat_bath, BYTE_PARAMETERS(int16_t), BYTE_ARGUMENTS)

size_t spinodal_byte_heat_bath(
    spinodal_instructions set, const int8_t *rows, size_t stride, const int32_t *square, int8_t *spins, int32_t *overlap,
    const uint32_t *site, const double *threshold, size_t count) {
  return CHOSEN(byte_heat_bath, set, BYTE_ARGUMENTS);
}

size_t spinodal_short_heat_bath(
    spinodal_instructions set, const int8_t *rows, size_t stride, const int32_t *square, int8_t *spins, int16_t *overlap,
    const uint32_t *site, const double *threshold, size_t count) {
  return CHOSEN(short_heat_bath, set, BYTE_ARGUMENTS);
}

// A macro: functions of wide vectors have different calling conventions on different machines.
#define SUM_OF_EIGHT(x) (((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7])))

#define HALF_PARAMETERS                                                                                    \
  (const int16_t *restrict rows, size_t stride, int8_t *restrict spins, double *restrict overlap,          \
   const uint32_t *restrict site, const double *restrict threshold, size_t count)
#define HALF_ARGUMENTS (rows, stride, spins, overlap, site, threshold, count)
INLINED size_t half_heat_bath_body HALF_PARAMETERS {
  size_t flips = 0;
  for (size_t k = 0; k < count; k++) {
    FETCH_AHEAD
    const size_t i = site[k];
    const int16_t *row = rows + stride * i;
    const double spin = spins[i];
    double8 field = {0};
    for (size_t c = 0; c < stride; c += 8) {
      halves8 entries;
      double8 x;
      memcpy(&entries, row + c, sizeof entries);
      memcpy(&x, overlap + c, sizeof x);
      const double8 y = __builtin_convertvector(entries, double8);
      field += y * (x - spin * y);
    }
    if (spin * (SUM_OF_EIGHT(field) - threshold[k]) < 0) {
      for (size_t c = 0; c < stride; c++) overlap[c] -= 2 * spin * row[c];
      spins[i] = -spins[i];
      flips += 1;
    }
  }
  return flips;
}
VARIANTS(size_t, half_heat_bath, HALF_PARAMETERS, HALF_ARGUMENTS)

size_t spinodal_half_heat_bath(
    spinodal_instructions set, const int16_t *rows, size_t stride, int8_t *spins, double *overlap, const uint32_t *site,
    const double *threshold, size_t count) {
  return CHOSEN(half_heat_bath, set, HALF_ARGUMENTS);
}
