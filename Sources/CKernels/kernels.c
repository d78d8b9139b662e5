#include "variants.h"

#pragma STDC FP_CONTRACT OFF

INLINED double cavity_2_body(const int16_t *row, const double *overlap, double spin, size_t count) {
#define TERM(i) (2.0 * (double)row[i] * (overlap[i] - (double)row[i] * spin))
  SUM_OVER_COLUMNS(TERM)
#undef TERM
}
VARIANTS(
    double, cavity_2, (const int16_t *row, const double *overlap, double spin, size_t count),
    (row, overlap, spin, count))

INLINED double term_4(double y, double x, double v, const double *a) {
  double s = x * x, t = y * y;
  return x * y * (4.0 * a[1] * (s + t) + 2.0 * a[0] * v);
}

INLINED double term_6(double y, double x, double v, const double *a) {
  double s = x * x, t = y * y;
  return x * y * (a[2] * (6.0 * (s * s + t * t) + 20.0 * s * t) + v * (4.0 * a[1] * (s + t) + 2.0 * a[0] * v));
}

INLINED double term_8(double y, double x, double v, const double *a) {
  double s = x * x, t = y * y;
  double q = 8.0 * (s * s * s + t * t * t) + 56.0 * s * t * (s + t);
  return x * y *
         (a[3] * q + v * (a[2] * (6.0 * (s * s + t * t) + 20.0 * s * t) + v * (4.0 * a[1] * (s + t) + 2.0 * a[0] * v)));
}

#define CAVITY_PARAMETERS \
  (const int16_t *row, const double *overlap, const double *variance, double spin, const double *a, size_t count)
#define CAVITY_BODY(P) \
  INLINED double cavity_##P##_body CAVITY_PARAMETERS { SUM_OVER_COLUMNS(TERM_##P) }
#define TERM_4(i) term_4((double)row[i], overlap[i] - (double)row[i] * spin, variance[i], a)
#define TERM_6(i) term_6((double)row[i], overlap[i] - (double)row[i] * spin, variance[i], a)
#define TERM_8(i) term_8((double)row[i], overlap[i] - (double)row[i] * spin, variance[i], a)

CAVITY_BODY(4)
VARIANTS(double, cavity_4, CAVITY_PARAMETERS, (row, overlap, variance, spin, a, count))
CAVITY_BODY(6)
VARIANTS(double, cavity_6, CAVITY_PARAMETERS, (row, overlap, variance, spin, a, count))
CAVITY_BODY(8)
VARIANTS(double, cavity_8, CAVITY_PARAMETERS, (row, overlap, variance, spin, a, count))

double spinodal_cavity_sum(
    spinodal_instructions set, int order, const int16_t *row, const double *overlap, const double *variance, double spin,
    const double *coefficient, size_t count) {
  switch (order) {
    case 2: return coefficient[0] * CHOSEN(cavity_2, set, (row, overlap, spin, count));
    case 4: return CHOSEN(cavity_4, set, (row, overlap, variance, spin, coefficient, count));
    case 6: return CHOSEN(cavity_6, set, (row, overlap, variance, spin, coefficient, count));
    default: return CHOSEN(cavity_8, set, (row, overlap, variance, spin, coefficient, count));
  }
}

#define HALF_PARAMETERS \
  (const int16_t *row, const int16_t *overlap, const double *variance, double spin, const double *a, size_t count)
INLINED double cavity_2_of_halves_body HALF_PARAMETERS {
  (void)variance, (void)a;
#define TERM(i) (2.0 * (double)row[i] * (overlap[i] - (double)row[i] * spin))
  SUM_OVER_COLUMNS(TERM)
#undef TERM
}
VARIANTS(double, cavity_2_of_halves, HALF_PARAMETERS, (row, overlap, variance, spin, a, count))
INLINED double cavity_4_of_halves_body HALF_PARAMETERS { SUM_OVER_COLUMNS(TERM_4) }
VARIANTS(double, cavity_4_of_halves, HALF_PARAMETERS, (row, overlap, variance, spin, a, count))

double spinodal_cavity_sum_of_halves(
    spinodal_instructions set, int order, const int16_t *row, const int16_t *overlap, const double *variance, double spin,
    const double *coefficient, size_t count) {
  if (order == 2)
    return coefficient[0] * CHOSEN(cavity_2_of_halves, set, (row, overlap, variance, spin, coefficient, count));
  return CHOSEN(cavity_4_of_halves, set, (row, overlap, variance, spin, coefficient, count));
}

INLINED void move_body(const int16_t *row, double shift, double *overlap, size_t count) {
  for (size_t c = 0; c < count; c++) overlap[c] += shift * (double)row[c];
}
VARIANTS(
    void, move, (const int16_t *row, double shift, double *overlap, size_t count), (row, shift, overlap, count))

void spinodal_move_overlaps(
    spinodal_instructions set, const int16_t *row, double shift, double *overlap, size_t count) {
  CHOSEN(move, set, (row, shift, overlap, count));
}

// G is homogeneous in x² and the variance: Horner's rule in x² with one more power of the variance a step.
#define INTERACTION_SUM(VARIANCE)                                                                     \
  const double a[5] = {constant, coefficient[0], coefficient[1], coefficient[2], coefficient[3]};    \
  const int half = order / 2;                                                                         \
  double lane[SPINODAL_LANES] = {0};                                                                  \
  for (size_t c = 0; c < count; c += SPINODAL_LANES) {                                                \
    const int width = count - c < SPINODAL_LANES ? (int)(count - c) : SPINODAL_LANES;                 \
    for (int l = 0; l < width; l++) {                                                                 \
      const double x = (double)overlap[c + l], s = x * x, v = VARIANCE;                               \
      double sum = a[half], power = 1.0;                                                              \
      for (int k = half - 1; k >= 0; k--) {                                                           \
        power *= v;                                                                                   \
        sum = sum * s + a[k] * power;                                                                 \
      }                                                                                               \
      lane[l] += sum;                                                                                 \
    }                                                                                                 \
  }                                                                                                   \
  return sum_of_lanes(lane);

#define INTERACTION_PARAMETERS \
  (const double *overlap, const double *variance, const double *coefficient, double constant, size_t count)
#define INTERACTION_ARGUMENTS (overlap, variance, coefficient, constant, count)
#define SIGN_INTERACTION_PARAMETERS \
  (const int16_t *overlap, double variance, const double *coefficient, double constant, size_t count)
// One copy an order, so that the loop over columns is the innermost.
#define INTERACTION(P)                                                                          \
  INLINED double interaction_##P##_body INTERACTION_PARAMETERS {                                \
    const int order = P;                                                                        \
    INTERACTION_SUM(variance[c + l])                                                            \
  }                                                                                             \
  VARIANTS(double, interaction_##P, INTERACTION_PARAMETERS, INTERACTION_ARGUMENTS)
INTERACTION(2)
INTERACTION(4)
INTERACTION(6)
INTERACTION(8)
#define SIGN_INTERACTION(P)                                                                     \
  INLINED double sign_interaction_##P##_body SIGN_INTERACTION_PARAMETERS {                      \
    const int order = P;                                                                        \
    INTERACTION_SUM(variance)                                                                   \
  }                                                                                             \
  VARIANTS(double, sign_interaction_##P, SIGN_INTERACTION_PARAMETERS, INTERACTION_ARGUMENTS)
SIGN_INTERACTION(2)
SIGN_INTERACTION(4)

double spinodal_sign_interaction_sum(
    spinodal_instructions set, int order, const int16_t *overlap, double variance, const double *coefficient,
    double constant, size_t count) {
  if (order == 2) return CHOSEN(sign_interaction_2, set, INTERACTION_ARGUMENTS);
  return CHOSEN(sign_interaction_4, set, INTERACTION_ARGUMENTS);
}

double spinodal_interaction_sum(
    spinodal_instructions set, int order, const double *overlap, const double *variance, const double *coefficient,
    double constant, size_t count) {
  switch (order) {
    case 2: return CHOSEN(interaction_2, set, INTERACTION_ARGUMENTS);
    case 4: return CHOSEN(interaction_4, set, INTERACTION_ARGUMENTS);
    case 6: return CHOSEN(interaction_6, set, INTERACTION_ARGUMENTS);
    default: return CHOSEN(interaction_8, set, INTERACTION_ARGUMENTS);
  }
}

spinodal_instructions spinodal_best_instructions(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq"))
    return spinodal_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return spinodal_avx2;
#endif
  return spinodal_portable;
}

const char *spinodal_kernel_instructions(void) {
#if defined(__x86_64__)
  switch (spinodal_best_instructions()) {
    case spinodal_avx512: return "AVX-512";
    case spinodal_avx2: return "AVX2";
    default: return "x86-64 baseline";
  }
#elif defined(__aarch64__)
  return "arm64 NEON";
#else
  return "portable C";
#endif
}
