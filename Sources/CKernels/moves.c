// Flips of rows of ±1: overlaps in whole numbers, and the planes of their differences.
#include <string.h>

#include "signs.h"
#include "variants.h"

#define GROUP SPINODAL_SIGN_GROUP
#define CHUNK SPINODAL_CHUNK

typedef int32_t int32x32 __attribute__((vector_size(128)));
typedef uint16_t uint16x32 __attribute__((vector_size(64)));

// Columns of a vector that begins at column c: those beyond the last are padding, which stays zero.
INLINED int columns_left(size_t c, size_t count, int width) {
  return count <= c ? 0 : count - c < (size_t)width ? (int)(count - c) : width;
}
#define LANES_TO_31                                                                                               \
  {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, \
   29, 30, 31}

#define LINEAR_PARAMETERS \
  (const uint32_t *restrict row, int16_t shift, int16_t *restrict overlap, uint8_t *restrict wide, size_t count)
#define LINEAR_ARGUMENTS (row, shift, overlap, wide, count)
INLINED int64_t linear_body LINEAR_PARAMETERS {
  int64_t sum = 0;
  const int16x32 lane = LANES_TO_31;
  for (size_t start = 0; start < count; start += CHUNK) {
    const size_t end = count - start < CHUNK ? count : start + CHUNK;
    uint16x32 size = {0};
    int32x32 total = {0};
    for (size_t c = start; c < end; c += 32) {
      int16x32 x;
      memcpy(&x, overlap + c, sizeof x);
      const int16x32 marked = MARKED_HALVES(row[c / 32]);
      x += ((int16x32){0} + shift ^ marked) - marked;
      if (end - c < 32) x &= lane < (int16_t)(end - c);
      memcpy(overlap + c, &x, sizeof x);
      const int16x32 sign = x >> 15;
      const uint16x32 larger = size + (uint16x32)((x ^ sign) - sign);
      size = larger | (uint16x32)(larger < size);
      total += __builtin_convertvector(x, int32x32);
    }
    sum += __builtin_reduce_add(total);
    // A lane of 15 bits may overflow.
    wide[start / CHUNK] = __builtin_reduce_max(size) > INT16_MAX;
  }
  return sum;
}
VARIANTS(int64_t, linear, LINEAR_PARAMETERS, LINEAR_ARGUMENTS)

int64_t spinodal_move_linear_overlaps(
    spinodal_instructions set, const uint32_t *row, int16_t shift, int16_t *overlap, uint8_t *wide, size_t count) {
  return CHOSEN(linear, set, LINEAR_ARGUMENTS);
}

// Lists the columns that are marked among 64, in order.
INLINED size_t list_heavy(const spinodal_cubic_columns *columns, size_t c, uint64_t marks, size_t heavy_count) {
  for (; marks; marks &= marks - 1) columns->heavy[heavy_count++] = (int32_t)(c + (size_t)__builtin_ctzll(marks));
  return heavy_count;
}

#define COARSENING SPINODAL_COARSENING
#define HALF_A_LEVEL (1 << COARSENING >> 1)
// One less than a byte holds, so that saturation exceeds it.
#define BUDGET (INT8_MAX - 1)

// What a chunk adds, in lanes.
typedef struct {
  int32x32 coarse, fine, square, residue;
} cubic_lanes;

#define MAGNITUDE(x) (((x) ^ (x) >> 31) - ((x) >> 31))

// Thirty-two columns of a group; `budget` is what their lanes of coarse may still take. Returns the heavy ones.
INLINED uint32_t move_lanes(
    uint32_t bits, int32_t shift, const spinodal_cubic_columns *columns, size_t c, int32x32 *budget, cubic_lanes *lanes) {
  typedef int8_t int8x32 __attribute__((vector_size(32)));
  const int32x32 lane = LANES_TO_31;
  int16x32 stored;
  memcpy(&stored, columns->overlap + c, sizeof stored);
  const int32x32 marked = __builtin_convertvector(MARKED_HALVES(bits), int32x32);
  int32x32 x = __builtin_convertvector(stored, int32x32) + (((int32x32){0} + shift ^ marked) - marked);
  x &= lane < columns_left(c, columns->count, 32);
  const int32x32 square = x * x, within = (x <= columns->limit) & (x >= -columns->limit);
  const int32x32 y = x & within, t = (square - columns->offset) & within;
  const int32x32 high = ((y << columns->overlap_shift) * (t << columns->factor_shift) + (1 << 14)) >> 15;
  int32x32 coarse = (high + HALF_A_LEVEL) >> COARSENING;
  const int32x32 light = within & (MAGNITUDE(coarse) <= *budget);
  coarse &= light;
  *budget -= MAGNITUDE(coarse);
  const int32x32 fine = (high - (coarse << COARSENING)) & light;
  lanes->coarse += coarse;
  lanes->fine += fine;
  lanes->square += square;
  lanes->residue += MAGNITUDE(fine);
  const int16x32 new_overlap = __builtin_convertvector(x, int16x32);
  const int8x32 new_coarse = __builtin_convertvector(coarse, int8x32), new_fine = __builtin_convertvector(fine, int8x32);
  memcpy(columns->overlap + c, &new_overlap, sizeof new_overlap);
  memcpy(columns->coarse + c, &new_coarse, sizeof new_coarse);
  memcpy(columns->fine + c, &new_fine, sizeof new_fine);
  uint32_t heavy = 0;
  for (int l = 0; l < 32; l++) heavy |= (uint32_t)(light[l] + 1) << l;
  return heavy;
}

#define CUBIC_PARAMETERS (const uint32_t *row, int32_t shift, const spinodal_cubic_columns *columns)
#define CUBIC_ARGUMENTS (row, shift, columns)
INLINED spinodal_cubic_sums cubic_body CUBIC_PARAMETERS {
  spinodal_cubic_sums sums = {0};
  const size_t count = (columns->count + 63) / 64 * 64;
  for (size_t start = 0; start < count; start += CHUNK) {
    const size_t end = count - start < CHUNK ? count : start + CHUNK;
    cubic_lanes lanes = {0};
    for (size_t c = start; c < end; c += GROUP) {
      const size_t group_end = end - c < GROUP ? end : c + GROUP;
      int32x32 first = (int32x32){0} + BUDGET, second = first;
      for (size_t k = c; k < group_end; k += 64) {
        const uint64_t low = move_lanes(row[k / 32], shift, columns, k, &first, &lanes);
        const uint64_t high = move_lanes(row[k / 32 + 1], shift, columns, k + 32, &second, &lanes);
        sums.heavy_count = list_heavy(columns, k, low | high << 32, sums.heavy_count);
      }
    }
    for (int l = 0; l < 32; l++) {
      sums.coarse += lanes.coarse[l];
      sums.fine += lanes.fine[l];
      sums.square += lanes.square[l];
      sums.residue += lanes.residue[l];
    }
  }
  return sums;
}
static spinodal_cubic_sums cubic_portable CUBIC_PARAMETERS { return cubic_body CUBIC_ARGUMENTS; }

#if defined(__x86_64__)
WITH_AVX2 static spinodal_cubic_sums cubic_avx2 CUBIC_PARAMETERS { return cubic_body CUBIC_ARGUMENTS; }

// The constants of the planes, in all lanes.
typedef struct {
  __m512i shift, limit, offset, overlap_shift, factor_shift, half_a_level;
} cubic_constants;

// Moves 32 overlaps; returns v / 2^split of those within the limit, half a coarse level added.
WITH_AVX512 INLINED __m512i move_halves(
    uint32_t marks, int16_t *overlap, int left, const int shifts_factor, const cubic_constants *constant,
    __m512i *square, __mmask32 *within) {
  __m512i x = _mm512_loadu_si512(overlap);
  x = _mm512_mask_sub_epi16(_mm512_add_epi16(x, constant->shift), marks, x, constant->shift);
  if (left < 32) x = _mm512_maskz_mov_epi16(((__mmask32)1 << left) - 1, x);
  _mm512_storeu_si512(overlap, x);
  *square = _mm512_add_epi32(*square, _mm512_madd_epi16(x, x));
  *within = _mm512_cmple_epi16_mask(_mm512_abs_epi16(x), constant->limit);
  __m512i t = _mm512_sub_epi16(_mm512_mullo_epi16(x, x), constant->offset);
  if (shifts_factor) t = _mm512_sllv_epi16(t, constant->factor_shift);
  const __m512i high = _mm512_maskz_mulhrs_epi16(*within, _mm512_sllv_epi16(x, constant->overlap_shift), t);
  return _mm512_adds_epi16(high, constant->half_a_level);
}

// The planes of 64 columns from what move_halves returns, and Σ|fine| of every eight.
typedef struct {
  __m512i coarse, fine, sizes;
} cubic_planes;

WITH_AVX512 INLINED cubic_planes planes_of(__m512i first, __m512i second) {
  const __m512i in_order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
  const __m512i low_bits = _mm512_set1_epi16((1 << COARSENING) - 1);
  const __m512i coarse =
      _mm512_packs_epi16(_mm512_srai_epi16(first, COARSENING), _mm512_srai_epi16(second, COARSENING));
  const __m512i fine = _mm512_packus_epi16(_mm512_and_si512(first, low_bits), _mm512_and_si512(second, low_bits));
  const __m512i middle = _mm512_set1_epi8(HALF_A_LEVEL);
  return (cubic_planes){
      _mm512_permutexvar_epi64(in_order, coarse), _mm512_sub_epi8(_mm512_permutexvar_epi64(in_order, fine), middle),
      _mm512_sad_epu8(fine, middle)};
}

// A group of columns, with a budget of every lane of coarse; the overlaps have moved.
WITH_AVX512 static size_t sort_group_avx512(
    const spinodal_cubic_columns *columns, size_t start, size_t end, const cubic_constants *constant, __m512i *lanes,
    size_t heavy_count) {
  __m512i budget = _mm512_set1_epi8(BUDGET), square = _mm512_setzero_si512();
  cubic_constants still = *constant;
  still.shift = _mm512_setzero_si512();
  lanes[0] = lanes[1] = lanes[2] = _mm512_setzero_si512();
  for (size_t k = start; k < end; k += 64) {
    __mmask32 first_within, second_within;
    const __m512i first = move_halves(0, columns->overlap + k, 32, 1, &still, &square, &first_within);
    const __m512i second = move_halves(0, columns->overlap + k + 32, 32, 1, &still, &square, &second_within);
    const cubic_planes made = planes_of(first, second);
    const __m512i size = _mm512_abs_epi8(made.coarse);
    const __mmask64 light = _mm512_cmple_epu8_mask(size, budget) & (first_within | (__mmask64)second_within << 32);
    const __m512i coarse = _mm512_maskz_mov_epi8(light, made.coarse), fine = _mm512_maskz_mov_epi8(light, made.fine);
    budget = _mm512_mask_sub_epi8(budget, light, budget, size);
    _mm512_storeu_si512(columns->coarse + k, coarse);
    _mm512_storeu_si512(columns->fine + k, fine);
    lanes[0] = _mm512_add_epi8(lanes[0], coarse);
    lanes[1] = _mm512_add_epi8(lanes[1], fine);
    lanes[2] = _mm512_add_epi64(lanes[2], _mm512_sad_epu8(_mm512_abs_epi8(fine), _mm512_setzero_si512()));
    heavy_count = list_heavy(columns, k, ~light, heavy_count);
  }
  return heavy_count;
}

// What a group adds: coarse, fine in lanes of bytes, Σ|fine|, and x².
typedef struct {
  __m512i lanes[3], square;
} cubic_group;

// Moves a group of columns, a whole one or the last. Returns the number of heavy columns so far.
WITH_AVX512 INLINED size_t move_group_avx512(
    const uint32_t *row, const spinodal_cubic_columns *fixed, size_t start, size_t end, const int is_whole,
    const int shifts_factor, const cubic_constants *constant, cubic_group *group, size_t heavy_count) {
  const __m512i zero = _mm512_setzero_si512();
  __m512i sizes = zero, coarse_lanes = zero, fine_lanes = zero, residue = zero, square = zero;
  __mmask32 low_light = ~(__mmask32)0, high_light = low_light;
  for (size_t k = start; k < (is_whole ? start + GROUP : end); k += 64) {
    const int left = is_whole ? 32 : columns_left(k, fixed->count, 32);
    const int right = is_whole ? 32 : columns_left(k + 32, fixed->count, 32);
    __mmask32 first_within, second_within;
    const __m512i first =
        move_halves(row[k / 32], fixed->overlap + k, left, shifts_factor, constant, &square, &first_within);
    const __m512i second =
        move_halves(row[k / 32 + 1], fixed->overlap + k + 32, right, shifts_factor, constant, &square, &second_within);
    const cubic_planes made = planes_of(first, second);
    _mm512_storeu_si512(fixed->coarse + k, made.coarse);
    _mm512_storeu_si512(fixed->fine + k, made.fine);
    sizes = _mm512_adds_epu8(sizes, _mm512_abs_epi8(made.coarse));
    coarse_lanes = _mm512_add_epi8(coarse_lanes, made.coarse);
    fine_lanes = _mm512_add_epi8(fine_lanes, made.fine);
    residue = _mm512_add_epi64(residue, made.sizes);
    _mm_prefetch((const char *)(fixed->coarse + k) + 1024, _MM_HINT_T0);
    _mm_prefetch((const char *)(fixed->fine + k) + 1024, _MM_HINT_T0);
    low_light &= first_within;
    high_light &= second_within;
  }
  *group = (cubic_group){{coarse_lanes, fine_lanes, residue}, square};
  // Few groups have heavy columns.
  if ((low_light & high_light) == ~(__mmask32)0 && !_mm512_cmpgt_epu8_mask(sizes, _mm512_set1_epi8(BUDGET)))
    return heavy_count;
  return sort_group_avx512(fixed, start, end, constant, group->lanes, heavy_count);
}

WITH_AVX512 INLINED spinodal_cubic_sums cubic_sums_avx512(
    const uint32_t *row, int32_t shift, const spinodal_cubic_columns *columns, const int shifts_factor) {
  spinodal_cubic_sums sums = {0};
  // A copy: the compiler need not fear that stores change it.
  const spinodal_cubic_columns fixed = *columns;
  const cubic_constants constant = {
      _mm512_set1_epi16((int16_t)shift), _mm512_set1_epi16((int16_t)fixed.limit), _mm512_set1_epi16((int16_t)fixed.offset),
      _mm512_set1_epi16((int16_t)fixed.overlap_shift), _mm512_set1_epi16((int16_t)fixed.factor_shift),
      _mm512_set1_epi16(HALF_A_LEVEL)};
  const size_t count = (fixed.count + 63) / 64 * 64;
  const __m512i byte_ones = _mm512_set1_epi8(1), ones = _mm512_set1_epi16(1), zero = _mm512_setzero_si512();
  __m512i residue = zero;
  for (size_t start = 0; start < count; start += CHUNK) {
    const size_t end = count - start < CHUNK ? count : start + CHUNK;
    __m512i square = zero, coarse = zero, fine = zero;
    for (size_t c = start; c < end; c += GROUP) {
      cubic_group group;
      sums.heavy_count =
          c + GROUP <= fixed.count
              ? move_group_avx512(row, &fixed, c, c + GROUP, 1, shifts_factor, &constant, &group, sums.heavy_count)
              : move_group_avx512(row, &fixed, c, end, 0, shifts_factor, &constant, &group, sums.heavy_count);
      coarse = _mm512_add_epi32(coarse, _mm512_madd_epi16(_mm512_maddubs_epi16(byte_ones, group.lanes[0]), ones));
      fine = _mm512_add_epi32(fine, _mm512_madd_epi16(_mm512_maddubs_epi16(byte_ones, group.lanes[1]), ones));
      residue = _mm512_add_epi64(residue, group.lanes[2]);
      square = _mm512_add_epi32(square, group.square);
    }
    sums.coarse += _mm512_reduce_add_epi32(coarse);
    sums.fine += _mm512_reduce_add_epi32(fine);
    sums.square += _mm512_reduce_add_epi32(square);
  }
  sums.residue = _mm512_reduce_add_epi64(residue);
  return sums;
}

WITH_AVX512 static spinodal_cubic_sums cubic_avx512 CUBIC_PARAMETERS {
  return columns->factor_shift == 0 ? cubic_sums_avx512(row, shift, columns, 0) : cubic_sums_avx512(row, shift, columns, 1);
}
#endif

spinodal_cubic_sums spinodal_move_cubic_overlaps(
    spinodal_instructions set, const uint32_t *row, int32_t shift, const spinodal_cubic_columns *columns) {
  return CHOSEN(cubic, set, CUBIC_ARGUMENTS);
}

#define EXACT_PARAMETERS (const uint32_t *row, const spinodal_cubic_columns *columns)
#define EXACT_ARGUMENTS (row, columns)
INLINED int64_t exact_body EXACT_PARAMETERS {
  const int16_t *overlap = columns->overlap;
  const int32_t offset = columns->offset;
  int64_t sum = 0;
  for (size_t c = 0; c < columns->count; c++) {
    const int32_t x = overlap[c], sign = -(int32_t)(row[c / 32] >> c % 32 & 1);
    sum += (x * (x * x - offset) ^ sign) - sign;
  }
  return sum;
}
static int64_t exact_portable EXACT_PARAMETERS { return exact_body EXACT_ARGUMENTS; }

#if defined(__x86_64__)
WITH_AVX2 static int64_t exact_avx2 EXACT_PARAMETERS { return exact_body EXACT_ARGUMENTS; }

WITH_AVX512 static int64_t exact_avx512 EXACT_PARAMETERS {
  const int16_t *overlap = columns->overlap;
  const size_t count = (columns->count + 63) / 64 * 64;
  const __m512i limit = _mm512_set1_epi16((int16_t)columns->limit), zero = _mm512_setzero_si512();
  const __m512i offset = _mm512_set1_epi16((int16_t)columns->offset);
  int64_t sum = 0;
  for (size_t start = 0; start < count; start += CHUNK) {
    const size_t end = count - start < CHUNK ? count : start + CHUNK;
    // Within the limit |v| < 2^23, so that pairs of a chunk fit into 32 bits.
    __m512i total = zero;
    for (size_t c = start; c < end; c += 32) {
      __m512i x = _mm512_loadu_si512(overlap + c);
      const __mmask32 within = _mm512_cmple_epi16_mask(_mm512_abs_epi16(x), limit);
      x = _mm512_maskz_mov_epi16(within, x);
      const __m512i factor = _mm512_sub_epi16(_mm512_mullo_epi16(x, x), offset);
      x = _mm512_mask_sub_epi16(x, row[c / 32], zero, x);
      total = _mm512_add_epi32(total, _mm512_madd_epi16(x, factor));
      for (uint32_t beyond = ~within; beyond; beyond &= beyond - 1) {
        const size_t l = (size_t)__builtin_ctz(beyond);
        const int64_t y = overlap[c + l], v = y * (y * y - columns->offset);
        sum += row[c / 32] >> l & 1 ? -v : v;
      }
    }
    const __m512i low = _mm512_cvtepi32_epi64(_mm512_castsi512_si256(total));
    const __m512i high = _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(total, 1));
    sum += _mm512_reduce_add_epi64(_mm512_add_epi64(low, high));
  }
  return sum;
}
#endif

int64_t spinodal_cubic_sum(spinodal_instructions set, const uint32_t *row, const spinodal_cubic_columns *columns) {
  return CHOSEN(exact, set, EXACT_ARGUMENTS);
}
