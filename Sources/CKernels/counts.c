// Rows of whole numbers y = 2 k - M with counts k = 0 ... M <= 127: estimates of their cavity sums from planes of bytes.
#include <string.h>

#include "variants.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#pragma STDC FP_CONTRACT OFF

#define PADDING SPINODAL_COUNT_PADDING

// Columns are read in the order of the rows: 64 low halves of bytes, then the 64 high ones.
INLINED uint8_t count_at(const uint8_t *row, int is_packed, size_t c) {
  if (!is_packed) return row[c];
  const uint8_t pair = row[c / PADDING * 64 + c % 64];
  return c % PADDING < 64 ? pair & 15 : pair >> 4;
}

#define SUM_PARAMETERS                                                                                            \
  (const spinodal_count_planes *planes, const uint8_t *const *row, const int rows, spinodal_count_sums *sum)
#define SUM_ARGUMENTS (planes, row, rows, sum)
INLINED void count_sums_body SUM_PARAMETERS {
  for (int r = 0; r < rows; r++) {
    int64_t coarse = 0, fine = 0, square = 0;
    for (size_t c = 0; c < planes->padded; c++) {
      const int k = count_at(row[r], planes->is_packed, c);
      coarse += k * planes->coarse[c];
      fine += k * planes->fine[c];
      square += planes->squares[k >> planes->square_shift] * planes->slope[c];
    }
    sum[r] = (spinodal_count_sums){coarse, fine, square};
  }
}
static void count_sums_portable SUM_PARAMETERS { count_sums_body SUM_ARGUMENTS; }

#if defined(__x86_64__)
WITH_AVX2 static void count_sums_avx2 SUM_PARAMETERS { count_sums_body SUM_ARGUMENTS; }

// Sixty-four columns of one row; products of four such vectors fit into 16 bits.
WITH_AVX512 INLINED void add_counts(
    __m512i k, __m512i coarse, __m512i fine, __m512i slope, __m512i squares, int square_shift, __m512i *lanes) {
  lanes[0] = _mm512_add_epi16(lanes[0], _mm512_maddubs_epi16(k, coarse));
  lanes[1] = _mm512_add_epi16(lanes[1], _mm512_maddubs_epi16(k, fine));
  // Bits that come from the neighbour are cut off.
  const __m512i place = square_shift == 0
                            ? k
                            : _mm512_and_si512(
                                  _mm512_srl_epi16(k, _mm_cvtsi32_si128(square_shift)), _mm512_set1_epi8(15));
  lanes[2] = _mm512_add_epi16(lanes[2], _mm512_maddubs_epi16(_mm512_shuffle_epi8(squares, place), slope));
}

WITH_AVX512 INLINED void count_sums_of_rows_avx512(
    const spinodal_count_planes *planes, const uint8_t *const *row, const int rows, const int is_packed,
    const int square_shift, spinodal_count_sums *sum) {
  const __m512i ones = _mm512_set1_epi16(1), nibble = _mm512_set1_epi8(15);
  const __m512i squares = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)planes->squares));
  __m512i total[4][3];
  for (int r = 0; r < rows; r++)
    for (int j = 0; j < 3; j++) total[r][j] = _mm512_setzero_si512();
  for (size_t c = 0; c < planes->padded; c += 2 * PADDING) {
    __m512i lanes[4][3];
    for (int r = 0; r < rows; r++)
      for (int j = 0; j < 3; j++) lanes[r][j] = _mm512_setzero_si512();
    for (int half = 0; half < 2; half++) {
      const size_t first = c + (size_t)half * PADDING, second = first + 64;
      const __m512i coarse = _mm512_loadu_si512(planes->coarse + first), coarse2 = _mm512_loadu_si512(planes->coarse + second);
      const __m512i fine = _mm512_loadu_si512(planes->fine + first), fine2 = _mm512_loadu_si512(planes->fine + second);
      const __m512i slope = _mm512_loadu_si512(planes->slope + first), slope2 = _mm512_loadu_si512(planes->slope + second);
      for (int r = 0; r < rows; r++) {
        __m512i low, high;
        if (is_packed) {
          const __m512i both = _mm512_loadu_si512(row[r] + first / 2);
          _mm_prefetch((const char *)(row[r] + first / 2) + 512, _MM_HINT_T0);
          low = _mm512_and_si512(both, nibble);
          high = _mm512_and_si512(_mm512_srli_epi16(both, 4), nibble);
        } else {
          low = _mm512_loadu_si512(row[r] + first);
          high = _mm512_loadu_si512(row[r] + second);
          _mm_prefetch((const char *)(row[r] + first) + 512, _MM_HINT_T0);
          _mm_prefetch((const char *)(row[r] + second) + 512, _MM_HINT_T0);
        }
        add_counts(low, coarse, fine, slope, squares, square_shift, lanes[r]);
        add_counts(high, coarse2, fine2, slope2, squares, square_shift, lanes[r]);
      }
    }
    for (int r = 0; r < rows; r++)
      for (int j = 0; j < 3; j++) total[r][j] = _mm512_add_epi32(total[r][j], _mm512_madd_epi16(lanes[r][j], ones));
    // Before sums of 32 bits could overflow.
    if ((c / (2 * PADDING)) % 16384 == 16383 || c + 2 * PADDING >= planes->padded)
      for (int r = 0; r < rows; r++) {
        int64_t *parts[3] = {&sum[r].coarse, &sum[r].fine, &sum[r].square};
        for (int j = 0; j < 3; j++) {
          const __m512i a = _mm512_cvtepi32_epi64(_mm512_castsi512_si256(total[r][j]));
          const __m512i b = _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(total[r][j], 1));
          *parts[j] += _mm512_reduce_add_epi64(_mm512_add_epi64(a, b));
          total[r][j] = _mm512_setzero_si512();
        }
      }
  }
}

#define ROWS_AVX512(ROWS)                                                                                          \
  WITH_AVX512 static void count_sums_##ROWS##_avx512(                                                              \
      const spinodal_count_planes *planes, const uint8_t *const *row, spinodal_count_sums *sum) {                  \
    for (int r = 0; r < ROWS; r++) sum[r] = (spinodal_count_sums){0, 0, 0};                                        \
    if (planes->is_packed)                                                                                         \
      count_sums_of_rows_avx512(planes, row, ROWS, 1, 0, sum);                                                     \
    else                                                                                                           \
      count_sums_of_rows_avx512(planes, row, ROWS, 0, planes->square_shift, sum);                                  \
  }
ROWS_AVX512(1)
ROWS_AVX512(2)
ROWS_AVX512(4)
#endif

void spinodal_count_plane_sums(
    spinodal_instructions set, const spinodal_count_planes *planes, const uint8_t *const *row, int row_count,
    spinodal_count_sums *sum) {
#if defined(__x86_64__)
  if (set == spinodal_avx512) {
    int r = 0;
    for (; row_count - r >= 4; r += 4) count_sums_4_avx512(planes, row + r, sum + r);
    for (; row_count - r >= 2; r += 2) count_sums_2_avx512(planes, row + r, sum + r);
    for (; row_count - r >= 1; r += 1) count_sums_1_avx512(planes, row + r, sum + r);
    return;
  }
  if (set == spinodal_avx2) {
    count_sums_avx2(planes, row, row_count, sum);
    return;
  }
#endif
  (void)set;
  count_sums_portable(planes, row, row_count, sum);
}

typedef float floatx16 __attribute__((vector_size(64)));
typedef int32_t int32x16 __attribute__((vector_size(64)));
typedef int16_t int16x16 __attribute__((vector_size(32)));
typedef int8_t int8x16 __attribute__((vector_size(16)));

// Columns whose heavy ones are looked for together.
#define STRETCH 256
// Adding it to a number below 2^22 leaves the nearest whole number in the lowest bits.
#define WHOLE 12582912.0f
#define NEAREST(x) ((int32x16)((x) + WHOLE) - 0x4B400000)
#define MAGNITUDE(x) ((floatx16)((int32x16)(x) & INT32_MAX))

// What columns have in common.
typedef struct {
  float cubic, fine_scale, slope_scale, most, extra;
} plane_constants;

// Sixteen columns a, b, and which of them are light. Macros: such vectors must not be passed between functions.
#define MOVED(X, C, SHIFT)                                                   \
  int16x16 entries;                                                          \
  memcpy(&entries, row + (C), sizeof entries);                               \
  memcpy(&(X), overlap + (C), sizeof(X));                                    \
  (X) += __builtin_convertvector(entries, floatx16) * (SHIFT);               \
  memcpy(overlap + (C), &(X), sizeof(X));
#define COEFFICIENTS(X, C, A, B, LIGHT)                                      \
  floatx16 linear;                                                           \
  memcpy(&linear, v + (C), sizeof linear);                                   \
  const floatx16 s = (X) * (X) * constant.cubic;                             \
  const floatx16 A = (X) * (4 * s + linear + constant.extra) * constant.fine_scale; \
  const floatx16 B = (12 * s + linear) * constant.slope_scale;               \
  /* Comparisons are false for what is not a number. */                      \
  const int32x16 LIGHT = (MAGNITUDE(A) < constant.most) & (MAGNITUDE(B) < (float)SPINODAL_MOST_SLOPE);

#define PREPARE_PARAMETERS                                                                        \
  (const int16_t *restrict row, float shift, float *restrict overlap, const float *restrict v, \
   const spinodal_count_planes *planes, size_t count)
#define PREPARE_ARGUMENTS (row, shift, overlap, v, planes, count)
INLINED spinodal_prepared_counts move_counts_body PREPARE_PARAMETERS {
  spinodal_prepared_counts made = {0};
  const plane_constants constant = {
      (float)planes->cubic, (float)(1 / planes->fine_unit), (float)(1 / planes->slope_unit),
      (float)(planes->most_coarse << SPINODAL_COARSENING), (float)planes->extra};
  int8_t *restrict coarse = planes->coarse, *restrict fine = planes->fine, *restrict slope = planes->slope;
  floatx16 overlap_sizes = {0}, slope_sizes = {0}, slopes = {0};
  int32x16 coarse_sums = {0}, fine_sums = {0}, slope_sums = {0};
  const size_t whole = count / 16 * 16;
  for (size_t start = 0; start < whole; start += STRETCH) {
    const size_t end = whole - start < STRETCH ? whole : start + STRETCH;
    int32x16 all = (int32x16){0} - 1;
    for (size_t c = start; c < end; c += 16) {
      floatx16 x;
      MOVED(x, c, shift)
      COEFFICIENTS(x, c, a, b, light)
      const int32x16 level = NEAREST(a) & light, rounded = NEAREST(b) & light;
      const int32x16 high = (level + (1 << SPINODAL_COARSENING >> 1)) >> SPINODAL_COARSENING;
      const int32x16 low = level - (high << SPINODAL_COARSENING);
      const int8x16 new_coarse = __builtin_convertvector(high, int8x16), new_fine = __builtin_convertvector(low, int8x16);
      const int8x16 new_slope = __builtin_convertvector(rounded, int8x16);
      memcpy(coarse + c, &new_coarse, sizeof new_coarse);
      memcpy(fine + c, &new_fine, sizeof new_fine);
      memcpy(slope + c, &new_slope, sizeof new_slope);
      coarse_sums += high;
      fine_sums += low;
      slope_sums += rounded;
      overlap_sizes += (floatx16)((int32x16)MAGNITUDE(x) & light);
      slope_sizes += (floatx16)((int32x16)MAGNITUDE(b) & light);
      slopes += (floatx16)((int32x16)b & light);
      all &= light;
    }
    int32_t every = -1;
    for (int l = 0; l < 16; l++) every &= all[l];
    for (size_t c = start; !every && c < end; c += 16) {
      floatx16 x;
      memcpy(&x, overlap + c, sizeof x);
      COEFFICIENTS(x, c, a, b, light)
      for (int l = 0; l < 16; l++)
        if (!light[l]) planes->heavy[made.heavy_count++] = (int32_t)c + l;
    }
  }
  // The rest is heavy: fewer than sixteen columns.
  for (size_t c = whole; c < count; c++) {
    overlap[c] += shift * (float)row[c];
    planes->heavy[made.heavy_count++] = (int32_t)c;
  }
  for (int l = 0; l < 16; l++) {
    made.coarse += coarse_sums[l];
    made.fine += fine_sums[l];
    made.slope += slope_sums[l];
    made.overlap_size += overlap_sizes[l];
    made.slope_size += slope_sizes[l];
    made.exact_slope += slopes[l];
  }
  return made;
}
VARIANTS(spinodal_prepared_counts, move_counts, PREPARE_PARAMETERS, PREPARE_ARGUMENTS)

spinodal_prepared_counts spinodal_move_count_overlaps(
    spinodal_instructions set, const int16_t *row, float shift, float *overlap, const float *v,
    const spinodal_count_planes *planes, size_t count) {
  return CHOSEN(move_counts, set, PREPARE_ARGUMENTS);
}
