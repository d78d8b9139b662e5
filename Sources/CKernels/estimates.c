// Cavity sums of whole-number rows in single precision, with a bound of their error.
#include <math.h>
#include <string.h>

#include "variants.h"

// Estimates may be contracted: their last bits decide nothing, only their bound must hold.
#pragma STDC FP_CONTRACT ON

#define BLOCK 4
// Columns that are added in single precision before the sums are widened.
#define STRETCH 1024

typedef int16_t int16x16 __attribute__((vector_size(32)));
typedef float floatx16 __attribute__((vector_size(64)));

INLINED void estimates_body(
    const int16_t *const *row, const float *spin, const int rows, const float *a, const float *b, const float *d, float e,
    size_t count, double *sum) {
  for (int r = 0; r < rows; r++) sum[r] = 0;
  size_t c = 0;
  while (c + 16 <= count) {
    const size_t end = count - c < STRETCH ? count : c + STRETCH;
    floatx16 lanes[BLOCK];
    for (int r = 0; r < rows; r++) lanes[r] = (floatx16){0};
    for (; c + 16 <= end; c += 16) {
      floatx16 first, second, third;
      memcpy(&first, a + c, sizeof first);
      memcpy(&second, b + c, sizeof second);
      memcpy(&third, d + c, sizeof third);
      for (int r = 0; r < rows; r++) {
        int16x16 entries;
        memcpy(&entries, row[r] + c, sizeof entries);
        const floatx16 z = __builtin_convertvector(entries, floatx16) * spin[r];
        lanes[r] += z * (first - z * (second - z * (third - z * e)));
      }
    }
    for (int r = 0; r < rows; r++)
      for (int l = 0; l < 16; l++) sum[r] += lanes[r][l];
  }
  for (; c < count; c++)
    for (int r = 0; r < rows; r++) {
      const float z = (float)row[r][c] * spin[r];
      sum[r] += z * (a[c] - z * (b[c] - z * (d[c] - z * e)));
    }
}

#define ESTIMATE_PARAMETERS                                                                                          \
  (const int16_t *const *row, const float *spin, const float *a, const float *b, const float *d, float e, size_t count, \
   double *sum)
#define ESTIMATE_ARGUMENTS (row, spin, a, b, d, e, count, sum)
INLINED void estimate_1_body ESTIMATE_PARAMETERS { estimates_body(row, spin, 1, a, b, d, e, count, sum); }
INLINED void estimate_4_body ESTIMATE_PARAMETERS { estimates_body(row, spin, BLOCK, a, b, d, e, count, sum); }
VARIANTS(void, estimate_1, ESTIMATE_PARAMETERS, ESTIMATE_ARGUMENTS)
VARIANTS(void, estimate_4, ESTIMATE_PARAMETERS, ESTIMATE_ARGUMENTS)

void spinodal_cavity_estimates(
    spinodal_instructions set, const int16_t *const *row, const float *spin, int row_count, const float *a, const float *b,
    const float *d, float e, size_t count, double *sum) {
  int r = 0;
  for (; row_count - r >= BLOCK; r += BLOCK)
    CHOSEN(estimate_4, set, (row + r, spin + r, a, b, d, e, count, sum + r));
  for (; row_count - r >= 1; r++) CHOSEN(estimate_1, set, (row + r, spin + r, a, b, d, e, count, sum + r));
}

#define PREPARE_PARAMETERS                                                                                 \
  (const double *restrict overlap, const double *restrict variance, double linear, double cubic, double largest, \
   float *restrict a, float *restrict b, float *restrict d, size_t count)
// |4 s| + |v| and |12 s| + |v| bound what the cancelling sums are made of.
#define PREPARE_COLUMNS(WIDTH)                                                                                      \
  for (int l = 0; l < (WIDTH); l++) {                                                                               \
    const double x = overlap[c + l], s = cubic * x * x, v = variance_factor * variance[c + l] + constant;           \
    const double size = fabs(x), square = fabs(s), shift = fabs(v);                                                 \
    a[c + l] = (float)(x * (4 * s + v));                                                                            \
    b[c + l] = (float)(12 * s + v);                                                                                 \
    d[c + l] = (float)(16 * cubic * x);                                                                             \
    lane[l] += size * (largest * (4 * square + shift) + third * 16 * fabs(cubic)) + second * (12 * square + shift); \
  }

INLINED double prepare_body PREPARE_PARAMETERS {
  const double second = largest * largest, third = largest * second;
  const double variance_factor = cubic != 0 ? linear : 0, constant = cubic != 0 ? 0 : linear;
  double lane[SPINODAL_LANES] = {0};
  size_t c = 0;
  for (; c + SPINODAL_LANES <= count; c += SPINODAL_LANES) PREPARE_COLUMNS(SPINODAL_LANES)
  if (c < count) PREPARE_COLUMNS((int)(count - c))
  return sum_of_lanes(lane) + (double)count * 8 * fabs(cubic) * second * second;
}
VARIANTS(
    double, prepare, PREPARE_PARAMETERS, (overlap, variance, linear, cubic, largest, a, b, d, count))

double spinodal_prepare_estimates(
    spinodal_instructions set, const double *overlap, const double *variance, double linear, double cubic, double largest,
    float *a, float *b, float *d, size_t count) {
  // A term has at most nine roundings, a stretch adds STRETCH/16 of them in every lane: 73 times 2^-24, a third of 2^-16.
  return 0x1p-16 * CHOSEN(prepare, set, (overlap, variance, linear, cubic, largest, a, b, d, count));
}
