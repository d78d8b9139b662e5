// Rows of ±1, one bit an entry.
#include <string.h>

#include "variants.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#pragma STDC FP_CONTRACT OFF

typedef int32_t int32x16 __attribute__((vector_size(64)));
typedef uint32_t uint32x16 __attribute__((vector_size(64)));

static const int32x16 low_bits = {1 << 0, 1 << 1, 1 << 2,  1 << 3,  1 << 4,  1 << 5,  1 << 6,  1 << 7,
                                  1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15};

// All bits set in the lanes that are marked.
#define MARKED(HALF_WORD) (((int32x16){0} + (int32_t)(HALF_WORD) & low_bits) != 0)

#define SUM_32(LANES, RESULT) \
  for (int l = 0; l < 16; l++) (RESULT) += (int32_t)(LANES)[l];

INLINED void marked_body(
    const uint32_t *const *row, const int rows, const int32_t *value, const uint8_t *wide, size_t count, int64_t *sum) {
  for (int r = 0; r < rows; r++) sum[r] = 0;
  for (size_t c = 0; c < count;) {
    const size_t width = wide[c / SPINODAL_CHUNK] ? 32 : SPINODAL_CHUNK;
    const size_t end = count - c < width ? count : c + width;
    int32x16 lanes[SPINODAL_BLOCK];
    for (int r = 0; r < rows; r++) lanes[r] = (int32x16){0};
    for (; c < end; c += 16) {
      int32x16 v;
      memcpy(&v, value + c, sizeof v);
      for (int r = 0; r < rows; r++) lanes[r] += v & MARKED(row[r][c / 32] >> c % 32 & 0xffff);
    }
    for (int r = 0; r < rows; r++) SUM_32(lanes[r], sum[r])
  }
}

#define MARKED_PARAMETERS \
  (const uint32_t *const *row, const int32_t *value, const uint8_t *wide, size_t count, int64_t *sum)
#define MARKED_SUMS(ROWS)                                                                              \
  static void marked_##ROWS##_portable MARKED_PARAMETERS { marked_body(row, ROWS, value, wide, count, sum); }
MARKED_SUMS(1)
MARKED_SUMS(2)

#if defined(__x86_64__)
#define MARKED_SUMS_AVX2(ROWS) \
  WITH_AVX2 static void marked_##ROWS##_avx2 MARKED_PARAMETERS { marked_body(row, ROWS, value, wide, count, sum); }
MARKED_SUMS_AVX2(1)
MARKED_SUMS_AVX2(2)

WITH_AVX512 INLINED int64_t wide_sum(__m512i lanes) {
  const __m512i low = _mm512_cvtepi32_epi64(_mm512_castsi512_si256(lanes));
  const __m512i high = _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(lanes, 1));
  return _mm512_reduce_add_epi64(_mm512_add_epi64(low, high));
}

WITH_AVX512 INLINED void marked_body_avx512(
    const uint32_t *const *row, const int rows, const int32_t *value, const uint8_t *wide, size_t count, int64_t *sum) {
  const uint16_t *mark[SPINODAL_BLOCK];
  for (int r = 0; r < rows; r++) mark[r] = (const uint16_t *)row[r], sum[r] = 0;
  for (size_t c = 0; c < count;) {
    const size_t width = wide[c / SPINODAL_CHUNK] ? 32 : SPINODAL_CHUNK;
    const size_t end = count - c < width ? count : c + width;
    __m512i lanes[SPINODAL_BLOCK];
    for (int r = 0; r < rows; r++) lanes[r] = _mm512_setzero_si512();
    for (; c < end; c += 32) {
      const __m512i v = _mm512_loadu_si512(value + c), w = _mm512_loadu_si512(value + c + 16);
      // Rows are read once and are no longer in the nearest caches.
      if (c % 512 == 0)
        for (int r = 0; r < rows; r++) _mm_prefetch((const char *)(mark[r] + c / 16) + 512, _MM_HINT_T0);
      for (int r = 0; r < rows; r++) lanes[r] = _mm512_mask_add_epi32(lanes[r], mark[r][c / 16], lanes[r], v);
      for (int r = 0; r < rows; r++) lanes[r] = _mm512_mask_add_epi32(lanes[r], mark[r][c / 16 + 1], lanes[r], w);
    }
    for (int r = 0; r < rows; r++) sum[r] += wide_sum(lanes[r]);
  }
}
#define MARKED_SUMS_AVX512(ROWS)                                        \
  WITH_AVX512 static void marked_##ROWS##_avx512 MARKED_PARAMETERS {    \
    marked_body_avx512(row, ROWS, value, wide, count, sum);             \
  }
MARKED_SUMS_AVX512(1)
MARKED_SUMS_AVX512(2)
MARKED_SUMS_AVX512(4)
MARKED_SUMS_AVX512(8)
#endif

void spinodal_marked_sums(
    spinodal_instructions set, const uint32_t *const *row, int row_count, const int32_t *value, const uint8_t *wide,
    size_t count, int64_t *sum) {
  int r = 0;
#if defined(__x86_64__)
  if (set == spinodal_avx512) {
    for (; row_count - r >= 8; r += 8) marked_8_avx512(row + r, value, wide, count, sum + r);
    for (; row_count - r >= 4; r += 4) marked_4_avx512(row + r, value, wide, count, sum + r);
  }
#endif
  for (; row_count - r >= 2; r += 2) CHOSEN(marked_2, set, (row + r, value, wide, count, sum + r));
  for (; row_count - r >= 1; r += 1) CHOSEN(marked_1, set, (row + r, value, wide, count, sum + r));
}

#define MOVE_PARAMETERS                                                                                     \
  (const uint32_t *row, int32_t shift, int32_t *overlap, int32_t *value, uint8_t *wide, const int32_t linear, \
   const int32_t cubic, size_t count)

INLINED spinodal_column_sums move_marked_body MOVE_PARAMETERS {
  spinodal_column_sums sums = {0, 0};
  for (size_t start = 0; start < count; start += SPINODAL_CHUNK) {
    const size_t end = count - start < SPINODAL_CHUNK ? count : start + SPINODAL_CHUNK;
    // Unsigned: in a wide chunk they wrap around.
    uint32x16 values = {0};
    int32x16 squares = {0}, sizes = {0};
    size_t c = start;
    for (; c + 16 <= end; c += 16) {
      const int32x16 marked = MARKED(row[c / 32] >> c % 32 & 0xffff);
      int32x16 x, v;
      memcpy(&x, overlap + c, sizeof x);
      x += ((int32x16){0} + shift ^ marked) - marked;
      if (cubic) {
        const int32x16 s = x * x;
        squares += s;
        v = x * (linear + cubic * s);
      } else {
        v = linear * x;
      }
      memcpy(overlap + c, &x, sizeof x);
      memcpy(value + c, &v, sizeof v);
      values += (uint32x16)v;
      // At least |v|/256 - 1: a bound of the sum of sizes that fits into 32 bits.
      sizes += (v ^ (v >> 31)) >> 8;
    }
    int64_t value_sum = 0, bound = 256 * SPINODAL_CHUNK;
    SUM_32(values, value_sum)
    SUM_32(squares, sums.square)
    int64_t size = 0;
    SUM_32(sizes, size)
    bound += 256 * size;
    int64_t rest = 0;
    for (; c < end; c++) {
      const int32_t x = overlap[c] + (row[c / 32] >> c % 32 & 1 ? -shift : shift);
      const int32_t s = cubic ? x * x : 0, v = x * (linear + cubic * s);
      overlap[c] = x;
      value[c] = v;
      rest += v;
      sums.square += s;
      bound += v < 0 ? -(int64_t)v : v;
    }
    wide[start / SPINODAL_CHUNK] = bound >= (int64_t)1 << 31;
    if (wide[start / SPINODAL_CHUNK]) {
      // The lanes may have wrapped around.
      value_sum = 0;
      rest = 0;
      for (c = start; c < end; c++) value_sum += value[c];
    }
    sums.value += value_sum + rest;
  }
  return sums;
}

#define MOVE_ARGUMENTS (row, shift, overlap, value, wide, linear, cubic, count)
INLINED spinodal_column_sums move_linear_body MOVE_PARAMETERS {
  return move_marked_body(row, shift, overlap, value, wide, linear, 0, count);
}
INLINED spinodal_column_sums move_unit_body MOVE_PARAMETERS {
  return move_marked_body(row, shift, overlap, value, wide, linear, 1, count);
}
INLINED spinodal_column_sums move_cubic_body MOVE_PARAMETERS { return move_marked_body MOVE_ARGUMENTS; }
VARIANTS(spinodal_column_sums, move_linear, MOVE_PARAMETERS, MOVE_ARGUMENTS)
// Multiplications of 32 bits are slow: distinct indices at P = 4 have cubic = 1.
VARIANTS(spinodal_column_sums, move_unit, MOVE_PARAMETERS, MOVE_ARGUMENTS)
VARIANTS(spinodal_column_sums, move_cubic, MOVE_PARAMETERS, MOVE_ARGUMENTS)

spinodal_column_sums spinodal_move_marked_overlaps(
    spinodal_instructions set, const uint32_t *row, int32_t shift, int32_t *overlap, int32_t *value, uint8_t *wide,
    int32_t linear, int32_t cubic, size_t count) {
  if (cubic == 1) return CHOSEN(move_unit, set, MOVE_ARGUMENTS);
  return cubic ? CHOSEN(move_cubic, set, MOVE_ARGUMENTS) : CHOSEN(move_linear, set, MOVE_ARGUMENTS);
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
