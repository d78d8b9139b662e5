// Rows of whole numbers y = 2 k - M with counts k = 0 ... M <= 127: estimates of their cavity sums from planes of bytes.
#include <string.h>

#include "variants.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#pragma STDC FP_CONTRACT OFF

#define PADDING SPINODAL_COUNT_PADDING

// Columns whose products, below 2^14 each, are added in sixteen lanes of 32 bits.
#define DOT_STRETCH (1 << 20)

#define WITH_DOT_PRODUCTS __attribute__((target("avx2,popcnt,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))

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

// Sums of sixteen lanes in eight of 64 bits.
WITH_AVX512 INLINED __m512i widened(__m512i lanes) {
  return _mm512_add_epi64(
      _mm512_cvtepi32_epi64(_mm512_castsi512_si256(lanes)),
      _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(lanes, 1)));
}

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
          *parts[j] += _mm512_reduce_add_epi64(widened(total[r][j]));
          total[r][j] = _mm512_setzero_si512();
        }
      }
  }
}

// The same with dot products of bytes, which processors since 2019 have.
WITH_DOT_PRODUCTS INLINED void count_dots_of_rows(
    const spinodal_count_planes *planes, const uint8_t *const *row, const int rows, const int is_packed,
    const int square_shift, spinodal_count_sums *sum) {
  const __m512i nibble = _mm512_set1_epi8(15);
  const __m512i squares = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)planes->squares));
  for (size_t start = 0; start < planes->padded; start += DOT_STRETCH) {
    const size_t end = planes->padded - start < DOT_STRETCH ? planes->padded : start + DOT_STRETCH;
    __m512i total[4][3];
    for (int r = 0; r < rows; r++)
      for (int j = 0; j < 3; j++) total[r][j] = _mm512_setzero_si512();
    for (size_t c = start; c < end; c += PADDING) {
      __m512i plane[3][2];
      for (int h = 0; h < 2; h++) {
        plane[0][h] = _mm512_loadu_si512(planes->coarse + c + 64 * h);
        plane[1][h] = _mm512_loadu_si512(planes->fine + c + 64 * h);
        plane[2][h] = _mm512_loadu_si512(planes->slope + c + 64 * h);
      }
      for (int r = 0; r < rows; r++) {
        __m512i k[2];
        if (is_packed) {
          const __m512i both = _mm512_loadu_si512(row[r] + c / 2);
          _mm_prefetch((const char *)(row[r] + c / 2) + 512, _MM_HINT_T0);
          k[0] = _mm512_and_si512(both, nibble);
          k[1] = _mm512_and_si512(_mm512_srli_epi16(both, 4), nibble);
        } else {
          for (int h = 0; h < 2; h++) {
            k[h] = _mm512_loadu_si512(row[r] + c + 64 * h);
            _mm_prefetch((const char *)(row[r] + c + 64 * h) + 512, _MM_HINT_T0);
          }
        }
        for (int h = 0; h < 2; h++) {
          // Bits that come from the neighbour are cut off.
          const __m512i place =
              square_shift == 0
                  ? k[h]
                  : _mm512_and_si512(_mm512_srl_epi16(k[h], _mm_cvtsi32_si128(square_shift)), nibble);
          total[r][0] = _mm512_dpbusd_epi32(total[r][0], k[h], plane[0][h]);
          total[r][1] = _mm512_dpbusd_epi32(total[r][1], k[h], plane[1][h]);
          total[r][2] = _mm512_dpbusd_epi32(total[r][2], _mm512_shuffle_epi8(squares, place), plane[2][h]);
        }
      }
    }
    for (int r = 0; r < rows; r++) {
      int64_t *parts[3] = {&sum[r].coarse, &sum[r].fine, &sum[r].square};
      for (int j = 0; j < 3; j++) {
        *parts[j] += _mm512_reduce_add_epi64(widened(total[r][j]));
      }
    }
  }
}

#define ROWS_AVX512(ROWS, WITH, NAME, BODY)                                                        \
  WITH static void NAME##_##ROWS(                                                                  \
      const spinodal_count_planes *planes, const uint8_t *const *row, spinodal_count_sums *sum) {  \
    for (int r = 0; r < ROWS; r++) sum[r] = (spinodal_count_sums){0, 0, 0};                        \
    if (planes->is_packed)                                                                         \
      BODY(planes, row, ROWS, 1, 0, sum);                                                          \
    else                                                                                           \
      BODY(planes, row, ROWS, 0, planes->square_shift, sum);                                       \
  }
#define ALL_ROWS_AVX512(WITH, NAME, BODY)                                                                         \
  ROWS_AVX512(1, WITH, NAME, BODY)                                                                                \
  ROWS_AVX512(2, WITH, NAME, BODY)                                                                                \
  ROWS_AVX512(4, WITH, NAME, BODY)                                                                                \
  static void NAME(                                                                                               \
      const spinodal_count_planes *planes, const uint8_t *const *row, int row_count, spinodal_count_sums *sum) {  \
    int r = 0;                                                                                                    \
    for (; row_count - r >= 4; r += 4) NAME##_4(planes, row + r, sum + r);                                        \
    for (; row_count - r >= 2; r += 2) NAME##_2(planes, row + r, sum + r);                                        \
    for (; row_count - r >= 1; r += 1) NAME##_1(planes, row + r, sum + r);                                        \
  }
ALL_ROWS_AVX512(WITH_AVX512, count_sums_avx512, count_sums_of_rows_avx512)
ALL_ROWS_AVX512(WITH_DOT_PRODUCTS, count_dots, count_dots_of_rows)
#endif

void spinodal_count_plane_sums(
    spinodal_instructions set, const spinodal_count_planes *planes, const uint8_t *const *row, int row_count,
    spinodal_count_sums *sum) {
#if defined(__x86_64__)
  if (set == spinodal_avx512) {
    if (planes->has_dot_products)
      count_dots(planes, row, row_count, sum);
    else
      count_sums_avx512(planes, row, row_count, sum);
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

int spinodal_has_dot_products(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512vnni") != 0;
#else
  return 0;
#endif
}

#define ROUNDED_PRODUCT(A, B) (((A) * (B) + (1 << 14)) >> 15)

// Half a level of coarse, and half of fine so that shifting rounds.
INLINED int32_t half_levels(const spinodal_count_planes *planes) {
  return (1 << planes->coarsening >> 1 << planes->level_shift) + (1 << planes->level_shift >> 1);
}

#define MOVE_PARAMETERS (const int16_t *restrict row, int16_t shift, const spinodal_count_planes *planes)
#define MOVE_ARGUMENTS (row, shift, planes)
INLINED spinodal_count_columns move_counts_body MOVE_PARAMETERS {
  const spinodal_count_planes fixed = *planes;
  const int32_t half = half_levels(planes), middle = 1 << fixed.coarsening >> 1;
  spinodal_count_columns made = {0};
  for (size_t c = 0; c < fixed.count; c++) {
    const int32_t x = fixed.overlap[c] + shift * row[c];
    fixed.overlap[c] = (int16_t)x;
    const int is_light = x <= fixed.limit && x >= -fixed.limit;
    const int32_t light = is_light ? x : 0, scaled = light * (1 << fixed.overlap_shift);
    const int32_t square = ROUNDED_PRODUCT(scaled, scaled);
    const int32_t factor = ROUNDED_PRODUCT(square, fixed.level_factor) + fixed.level_offset[c];
    const int32_t product = ROUNDED_PRODUCT(scaled, factor) + half;
    const int32_t level = (product > INT16_MAX ? INT16_MAX : product) >> fixed.level_shift;
    const int32_t slope =
        is_light ? (ROUNDED_PRODUCT(square, fixed.slope_factor) + fixed.slope_offset[c]) >> fixed.slope_shift : 0;
    fixed.coarse[c] = (int8_t)(level >> fixed.coarsening);
    fixed.fine[c] = (int8_t)((level & ((1 << fixed.coarsening) - 1)) - middle);
    fixed.slope[c] = (int8_t)slope;
    made.level += level - middle;
    made.slope += slope;
    made.slope_size += slope < 0 ? -slope : slope;
    made.square += (int64_t)light * light;
    if (!is_light) fixed.heavy[made.heavy_count++] = (int32_t)c;
  }
  return made;
}
static spinodal_count_columns move_counts_portable MOVE_PARAMETERS { return move_counts_body MOVE_ARGUMENTS; }

#if defined(__x86_64__)
WITH_AVX2 static spinodal_count_columns move_counts_avx2 MOVE_PARAMETERS { return move_counts_body MOVE_ARGUMENTS; }

// What columns have in common, in all lanes.
typedef struct {
  __m512i shift, limit, level_factor, slope_factor, half, ones;
  __m128i overlap_shift, level_shift, slope_shift;
} count_constants;

// Sums over columns: lanes of 16 bits for slopes, of 32 for levels and squares.
typedef struct {
  __m512i level, slope, square;
} count_lanes;

// What is made of 32 columns: levels with half a level of coarse added.
typedef struct {
  __m512i level, slope;
  __mmask32 light;
} count_halves;

WITH_AVX512 INLINED count_halves move_count_halves(
    const int16_t *row, __mmask32 given, const spinodal_count_planes *planes, size_t c, const count_constants *constant,
    count_lanes *lanes) {
  const __m512i step = _mm512_mullo_epi16(_mm512_maskz_loadu_epi16(given, row + c), constant->shift);
  __m512i x = _mm512_add_epi16(_mm512_loadu_si512(planes->overlap + c), step);
  _mm512_storeu_si512(planes->overlap + c, x);
  count_halves made;
  made.light = _mm512_cmple_epi16_mask(_mm512_abs_epi16(x), constant->limit);
  x = _mm512_maskz_mov_epi16(made.light, x);
  lanes->square = _mm512_add_epi32(lanes->square, _mm512_madd_epi16(x, x));
  const __m512i scaled = _mm512_sll_epi16(x, constant->overlap_shift), square = _mm512_mulhrs_epi16(scaled, scaled);
  const __m512i factor = _mm512_add_epi16(
      _mm512_mulhrs_epi16(square, constant->level_factor), _mm512_loadu_si512(planes->level_offset + c));
  const __m512i product = _mm512_adds_epi16(_mm512_mulhrs_epi16(scaled, factor), constant->half);
  const __m512i slope = _mm512_add_epi16(
      _mm512_mulhrs_epi16(square, constant->slope_factor), _mm512_loadu_si512(planes->slope_offset + c));
  made.level = _mm512_sra_epi16(product, constant->level_shift);
  made.slope = _mm512_maskz_sra_epi16(made.light, slope, constant->slope_shift);
  lanes->level = _mm512_add_epi32(lanes->level, _mm512_madd_epi16(made.level, constant->ones));
  lanes->slope = _mm512_add_epi16(lanes->slope, made.slope);
  return made;
}

// Columns whose slopes keep to 15 bits a lane, and their squares to 31.
#define STRETCH 448

WITH_AVX512 static spinodal_count_columns move_counts_avx512 MOVE_PARAMETERS {
  const spinodal_count_planes fixed = *planes;
  const count_constants constant = {
      _mm512_set1_epi16(shift), _mm512_set1_epi16((int16_t)fixed.limit), _mm512_set1_epi16((int16_t)fixed.level_factor),
      _mm512_set1_epi16((int16_t)fixed.slope_factor), _mm512_set1_epi16((int16_t)half_levels(planes)), _mm512_set1_epi16(1),
      _mm_cvtsi32_si128(fixed.overlap_shift), _mm_cvtsi32_si128(fixed.level_shift),
      _mm_cvtsi32_si128(fixed.slope_shift)};
  const __m512i zero = _mm512_setzero_si512(), middle = _mm512_set1_epi8((char)(1 << fixed.coarsening >> 1));
  const __m512i low_bits = _mm512_set1_epi16((int16_t)((1 << fixed.coarsening) - 1));
  const __m128i coarsening = _mm_cvtsi32_si128(fixed.coarsening);
  const __m512i in_order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
  spinodal_count_columns made = {0};
  __m512i levels = zero, slopes = zero, squares = zero, sizes = zero;
  const size_t padded = (fixed.count + 63) / 64 * 64;
  for (size_t start = 0; start < padded; start += STRETCH) {
    const size_t end = padded - start < STRETCH ? padded : start + STRETCH;
    count_lanes lanes = {zero, zero, zero};
    for (size_t c = start; c < end; c += 64) {
      const uint64_t given = fixed.count - c < 64 ? ((uint64_t)1 << (fixed.count - c)) - 1 : ~(uint64_t)0;
      const count_halves first = move_count_halves(row, (__mmask32)given, &fixed, c, &constant, &lanes);
      const count_halves second = move_count_halves(row, (__mmask32)(given >> 32), &fixed, c + 32, &constant, &lanes);
      const __m512i coarse = _mm512_packs_epi16(
          _mm512_sra_epi16(first.level, coarsening), _mm512_sra_epi16(second.level, coarsening));
      const __m512i fine = _mm512_packus_epi16(
          _mm512_and_si512(first.level, low_bits), _mm512_and_si512(second.level, low_bits));
      const __m512i slope = _mm512_packs_epi16(first.slope, second.slope);
      _mm512_storeu_si512(fixed.coarse + c, _mm512_permutexvar_epi64(in_order, coarse));
      _mm512_storeu_si512(fixed.fine + c, _mm512_sub_epi8(_mm512_permutexvar_epi64(in_order, fine), middle));
      _mm512_storeu_si512(fixed.slope + c, _mm512_permutexvar_epi64(in_order, slope));
      sizes = _mm512_add_epi64(sizes, _mm512_sad_epu8(_mm512_abs_epi8(slope), zero));
      for (uint64_t heavy = ~(first.light | (uint64_t)second.light << 32); heavy; heavy &= heavy - 1)
        fixed.heavy[made.heavy_count++] = (int32_t)(c + (size_t)__builtin_ctzll(heavy));
    }
    slopes = _mm512_add_epi32(slopes, _mm512_madd_epi16(lanes.slope, constant.ones));
    levels = _mm512_add_epi64(levels, widened(lanes.level));
    squares = _mm512_add_epi64(squares, widened(lanes.square));
  }
  made.level = _mm512_reduce_add_epi64(levels) - (int64_t)padded * (1 << fixed.coarsening >> 1);
  made.slope = _mm512_reduce_add_epi32(slopes);
  made.square = _mm512_reduce_add_epi64(squares);
  made.slope_size = _mm512_reduce_add_epi64(sizes);
  return made;
}
#endif

spinodal_count_columns spinodal_move_count_overlaps(
    spinodal_instructions set, const int16_t *row, int16_t shift, const spinodal_count_planes *planes) {
  return CHOSEN(move_counts, set, MOVE_ARGUMENTS);
}
