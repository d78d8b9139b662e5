// Rows of ±1, one bit an entry.
#include <string.h>

#include "signs.h"

#pragma STDC FP_CONTRACT OFF

// Sixty-four entries of a row.
INLINED uint64_t marks(const uint32_t *row, size_t c) {
  uint64_t bits;
  memcpy(&bits, row + c / 32, sizeof bits);
  return bits;
}

#define GROUP SPINODAL_SIGN_GROUP
#define CHUNK SPINODAL_CHUNK

// Sums of bytes: a lane of a group keeps to 7 bits, 64 groups to 15.
INLINED void byte_sums_body(
    const uint32_t *const *row, const int rows, const int8_t *value, size_t count, int64_t *sum) {
  for (int r = 0; r < rows; r++) sum[r] = 0;
  for (size_t c = 0; c < count;) {
    const size_t stretch = count - c < 64 * GROUP ? count : c + 64 * GROUP;
    int16x32 total[SPINODAL_BLOCK];
    for (int r = 0; r < rows; r++) total[r] = (int16x32){0};
    while (c < stretch) {
      const size_t end = stretch - c < GROUP ? stretch : c + GROUP;
      int8x64 lanes[SPINODAL_BLOCK];
      for (int r = 0; r < rows; r++) lanes[r] = (int8x64){0};
      for (; c < end; c += 64) {
        int8x64 v;
        memcpy(&v, value + c, sizeof v);
        for (int r = 0; r < rows; r++) {
          const uint64_t bits = marks(row[r], c);
          lanes[r] += v & MARKED_BYTES(bits);
        }
      }
      for (int r = 0; r < rows; r++) total[r] += ((int16x32)lanes[r] << 8 >> 8) + ((int16x32)lanes[r] >> 8);
    }
    for (int r = 0; r < rows; r++)
      for (int l = 0; l < 32; l++) sum[r] += total[r][l];
  }
}

// Sums of halves: a lane of a chunk that is not wide keeps to 15 bits.
INLINED void half_sums_body(
    const uint32_t *const *row, const int rows, const int16_t *value, const uint8_t *wide, size_t count, int64_t *sum) {
  for (int r = 0; r < rows; r++) sum[r] = 0;
  for (size_t c = 0; c < count;) {
    const size_t width = wide[c / CHUNK] ? 32 : CHUNK;
    const size_t end = count - c < width ? count : c + width;
    int16x32 lanes[SPINODAL_BLOCK];
    for (int r = 0; r < rows; r++) lanes[r] = (int16x32){0};
    for (; c < end; c += 32) {
      int16x32 v;
      memcpy(&v, value + c, sizeof v);
      for (int r = 0; r < rows; r++) lanes[r] += v & MARKED_HALVES(row[r][c / 32]);
    }
    for (int r = 0; r < rows; r++)
      for (int l = 0; l < 32; l++) sum[r] += lanes[r][l];
  }
}

#define BYTE_PARAMETERS (const uint32_t *const *row, const int8_t *value, size_t count, int64_t *sum)
#define HALF_PARAMETERS \
  (const uint32_t *const *row, const int16_t *value, const uint8_t *wide, size_t count, int64_t *sum)
#define SUMS(ROWS, WITH, SET, BYTES, HALVES)                                                                  \
  WITH static void bytes_##ROWS##_##SET BYTE_PARAMETERS { BYTES(row, ROWS, value, count, sum); }             \
  WITH static void halves_##ROWS##_##SET HALF_PARAMETERS { HALVES(row, ROWS, value, wide, count, sum); }
SUMS(1, , portable, byte_sums_body, half_sums_body)
SUMS(2, , portable, byte_sums_body, half_sums_body)

#if defined(__x86_64__)
SUMS(1, WITH_AVX2, avx2, byte_sums_body, half_sums_body)
SUMS(2, WITH_AVX2, avx2, byte_sums_body, half_sums_body)

// Rows are read once and are no longer in the nearest caches.
#define FETCH_AHEAD(ROW, C) _mm_prefetch((const char *)((ROW) + (C) / 32) + 512, _MM_HINT_T0)

WITH_AVX512 INLINED void byte_sums_avx512(
    const uint32_t *const *row, const int rows, const int8_t *value, size_t count, int64_t *sum) {
  const __m512i byte_ones = _mm512_set1_epi8(1), ones = _mm512_set1_epi16(1);
  for (int r = 0; r < rows; r++) sum[r] = 0;
  for (size_t c = 0; c < count;) {
    const size_t stretch = count - c < 64 * GROUP ? count : c + 64 * GROUP;
    __m512i total[SPINODAL_BLOCK];
    for (int r = 0; r < rows; r++) total[r] = _mm512_setzero_si512();
    for (; c < stretch; c += GROUP) {
      __m512i lanes[SPINODAL_BLOCK];
      for (int r = 0; r < rows; r++) lanes[r] = _mm512_setzero_si512();
      for (int r = 0; r < rows; r++) FETCH_AHEAD(row[r], c);
      const int vectors = stretch - c < GROUP ? (int)((stretch - c) / 64) : GROUP / 64;
#pragma clang loop unroll_count(GROUP / 64)
      for (int k = 0; k < vectors; k++) {
        const __m512i v = _mm512_loadu_si512(value + c + 64 * k);
        for (int r = 0; r < rows; r++) lanes[r] = _mm512_mask_add_epi8(lanes[r], marks(row[r], c + 64 * k), lanes[r], v);
      }
      for (int r = 0; r < rows; r++)
        total[r] = _mm512_add_epi16(total[r], _mm512_maddubs_epi16(byte_ones, lanes[r]));
    }
    for (int r = 0; r < rows; r++) sum[r] += _mm512_reduce_add_epi32(_mm512_madd_epi16(total[r], ones));
  }
}

WITH_AVX512 INLINED void half_sums_avx512(
    const uint32_t *const *row, const int rows, const int16_t *value, const uint8_t *wide, size_t count, int64_t *sum) {
  const __m512i ones = _mm512_set1_epi16(1);
  for (int r = 0; r < rows; r++) sum[r] = 0;
  for (size_t c = 0; c < count;) {
    // A wide chunk fills 23 bits of a sum of 32, so that 64 chunks fit.
    const size_t stretch = count - c < 64 * CHUNK ? count : c + 64 * CHUNK;
    __m512i total[SPINODAL_BLOCK];
    for (int r = 0; r < rows; r++) total[r] = _mm512_setzero_si512();
    while (c < stretch) {
      const size_t width = wide[c / CHUNK] ? 64 : CHUNK;
      const size_t end = stretch - c < width ? stretch : c + width;
      __m512i lanes[SPINODAL_BLOCK];
      for (int r = 0; r < rows; r++) lanes[r] = _mm512_setzero_si512();
      for (; c < end; c += 64) {
        if (c % GROUP == 0)
          for (int r = 0; r < rows; r++) FETCH_AHEAD(row[r], c);
        const __m512i v = _mm512_loadu_si512(value + c), w = _mm512_loadu_si512(value + c + 32);
        for (int r = 0; r < rows; r++) lanes[r] = _mm512_mask_add_epi16(lanes[r], row[r][c / 32], lanes[r], v);
        if (width == 64) {
          for (int r = 0; r < rows; r++) total[r] = _mm512_add_epi32(total[r], _mm512_madd_epi16(lanes[r], ones));
          for (int r = 0; r < rows; r++) lanes[r] = _mm512_setzero_si512();
        }
        for (int r = 0; r < rows; r++) lanes[r] = _mm512_mask_add_epi16(lanes[r], row[r][c / 32 + 1], lanes[r], w);
      }
      for (int r = 0; r < rows; r++) total[r] = _mm512_add_epi32(total[r], _mm512_madd_epi16(lanes[r], ones));
    }
    for (int r = 0; r < rows; r++) {
      const __m512i low = _mm512_cvtepi32_epi64(_mm512_castsi512_si256(total[r]));
      const __m512i high = _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(total[r], 1));
      sum[r] += _mm512_reduce_add_epi64(_mm512_add_epi64(low, high));
    }
  }
}
SUMS(1, WITH_AVX512, avx512, byte_sums_avx512, half_sums_avx512)
SUMS(2, WITH_AVX512, avx512, byte_sums_avx512, half_sums_avx512)
SUMS(4, WITH_AVX512, avx512, byte_sums_avx512, half_sums_avx512)
#endif

void spinodal_marked_byte_sums(
    spinodal_instructions set, const uint32_t *const *row, int row_count, const int8_t *value, size_t count, int64_t *sum) {
  int r = 0;
#if defined(__x86_64__)
  if (set == spinodal_avx512) {
    // Eight rows at a time do not fit into the general registers.
    for (; row_count - r >= 4; r += 4) bytes_4_avx512(row + r, value, count, sum + r);
  }
#endif
  for (; row_count - r >= 2; r += 2) CHOSEN(bytes_2, set, (row + r, value, count, sum + r));
  for (; row_count - r >= 1; r += 1) CHOSEN(bytes_1, set, (row + r, value, count, sum + r));
}

void spinodal_marked_sums(
    spinodal_instructions set, const uint32_t *const *row, int row_count, const int16_t *value, const uint8_t *wide,
    size_t count, int64_t *sum) {
  int r = 0;
#if defined(__x86_64__)
  if (set == spinodal_avx512) {
    for (; row_count - r >= 4; r += 4) halves_4_avx512(row + r, value, wide, count, sum + r);
  }
#endif
  for (; row_count - r >= 2; r += 2) CHOSEN(halves_2, set, (row + r, value, wide, count, sum + r));
  for (; row_count - r >= 1; r += 1) CHOSEN(halves_1, set, (row + r, value, wide, count, sum + r));
}

INLINED double with_sign(double value, uint32_t marks, int place) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  bits ^= (uint64_t)(marks >> place & 1) << 63;
  memcpy(&value, &bits, sizeof bits);
  return value;
}

INLINED double signed_sum_body(const uint32_t *row, const double *value, size_t count) {
#define TERM(i) with_sign(value[i], row[c / 32], l)
  SUM_OVER_COLUMNS(TERM)
#undef TERM
}
VARIANTS(double, signed_sum, (const uint32_t *row, const double *value, size_t count), (row, value, count))

double spinodal_signed_sum(spinodal_instructions set, const uint32_t *row, const double *value, size_t count) {
  return CHOSEN(signed_sum, set, (row, value, count));
}

#define SIGNED_MOVE_PARAMETERS                                                                                        \
  (const uint32_t *row, double shift, double *overlap, double *value, const double *odd, const double *even, \
   size_t count)
INLINED double signed_move_body SIGNED_MOVE_PARAMETERS {
  // Local copies: the compiler need not fear that value overlaps them.
  const double o0 = odd[0], o1 = odd[1], o2 = odd[2], o3 = odd[3];
  const double e0 = even[0], e1 = even[1], e2 = even[2], e3 = even[3];
  double lane[SPINODAL_LANES] = {0};
  for (size_t c = 0; c < count; c += SPINODAL_LANES) {
    const int width = count - c < SPINODAL_LANES ? (int)(count - c) : SPINODAL_LANES;
    const uint32_t marks = row[c / 32];
#pragma clang loop vectorize(enable) interleave(enable)
    for (int l = 0; l < width; l++) {
      const double x = overlap[c + l] + with_sign(shift, marks, l), s = x * x;
      overlap[c + l] = x;
      value[c + l] = x * (o0 + s * (o1 + s * (o2 + s * o3)));
      lane[l] += e0 + s * (e1 + s * (e2 + s * e3));
    }
  }
  return sum_of_lanes(lane);
}
#define SIGNED_MOVE_ARGUMENTS (row, shift, overlap, value, odd, even, count)
VARIANTS(double, signed_move, SIGNED_MOVE_PARAMETERS, SIGNED_MOVE_ARGUMENTS)

double spinodal_move_signed_overlaps(
    spinodal_instructions set, const uint32_t *row, double shift, double *overlap, double *value, const double *odd,
    const double *even, size_t count) {
  return CHOSEN(signed_move, set, SIGNED_MOVE_ARGUMENTS);
}
