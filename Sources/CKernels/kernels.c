#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__) && defined(__linux__)
#define DISPATCHED __attribute__((target_clones("avx512dq", "avx2", "default")))
#else
#define DISPATCHED
#endif

// Pairwise from the outside in, so that every variant adds in the same order.
static inline __attribute__((always_inline)) double sum_of_lanes(double *lane) {
  for (int width = SPINODAL_LANES / 2; width > 0; width /= 2)
    for (int l = 0; l < width; l++) lane[l] += lane[l + width];
  return lane[0];
}

// One lane a column modulo SPINODAL_LANES; the last, incomplete block fills the first lanes.
#define SUM_OVER_COLUMNS(TERM)                                        \
  double lane[SPINODAL_LANES] = {0};                                  \
  size_t c = 0;                                                       \
  for (; c + SPINODAL_LANES <= count; c += SPINODAL_LANES)            \
    for (int l = 0; l < SPINODAL_LANES; l++) lane[l] += TERM(c + l);  \
  for (int l = 0; c + l < count; l++) lane[l] += TERM(c + l);         \
  return sum_of_lanes(lane);

DISPATCHED
double spinodal_signed_sum(const int8_t *sign, const double *value, size_t count) {
#define TERM(i) ((double)sign[i] * value[i])
  SUM_OVER_COLUMNS(TERM)
#undef TERM
}

DISPATCHED
static double cavity_sum_2(const int16_t *row, const double *overlap, double spin, size_t count) {
#define TERM(i) (2.0 * (double)row[i] * (overlap[i] - (double)row[i] * spin))
  SUM_OVER_COLUMNS(TERM)
#undef TERM
}

static inline __attribute__((always_inline)) double term_4(double y, double x, double v, const double *a) {
  double s = x * x, t = y * y;
  return x * y * (4.0 * a[1] * (s + t) + 2.0 * a[0] * v);
}

static inline __attribute__((always_inline)) double term_6(double y, double x, double v, const double *a) {
  double s = x * x, t = y * y;
  return x * y * (a[2] * (6.0 * (s * s + t * t) + 20.0 * s * t) + v * (4.0 * a[1] * (s + t) + 2.0 * a[0] * v));
}

static inline __attribute__((always_inline)) double term_8(double y, double x, double v, const double *a) {
  double s = x * x, t = y * y;
  double q = 8.0 * (s * s * s + t * t * t) + 56.0 * s * t * (s + t);
  return x * y *
         (a[3] * q + v * (a[2] * (6.0 * (s * s + t * t) + 20.0 * s * t) + v * (4.0 * a[1] * (s + t) + 2.0 * a[0] * v)));
}

#define CAVITY_SUM(P)                                                                                   \
  DISPATCHED                                                                                            \
  static double cavity_sum_##P(                                                                         \
      const int16_t *row, const double *overlap, const double *variance, double spin, const double *a,  \
      size_t count) {                                                                                   \
    SUM_OVER_COLUMNS(TERM_OF(P))                                                                        \
  }
#define TERM_OF(P) TERM_##P
#define TERM_4(i) term_4((double)row[i], overlap[i] - (double)row[i] * spin, variance[i], a)
#define TERM_6(i) term_6((double)row[i], overlap[i] - (double)row[i] * spin, variance[i], a)
#define TERM_8(i) term_8((double)row[i], overlap[i] - (double)row[i] * spin, variance[i], a)

CAVITY_SUM(4)
CAVITY_SUM(6)
CAVITY_SUM(8)

double spinodal_cavity_sum(
    int order, const int16_t *row, const double *overlap, const double *variance, double spin,
    const double *coefficient, size_t count) {
  switch (order) {
    case 2: return coefficient[0] * cavity_sum_2(row, overlap, spin, count);
    case 4: return cavity_sum_4(row, overlap, variance, spin, coefficient, count);
    case 6: return cavity_sum_6(row, overlap, variance, spin, coefficient, count);
    default: return cavity_sum_8(row, overlap, variance, spin, coefficient, count);
  }
}

DISPATCHED
double spinodal_move_signed_overlaps(
    const int8_t *row, double shift, double *overlap, double *value, const double *odd, const double *even,
    size_t count) {
  // Local copies: the compiler need not fear that value overlaps them.
  const double o0 = odd[0], o1 = odd[1], o2 = odd[2], o3 = odd[3];
  const double e0 = even[0], e1 = even[1], e2 = even[2], e3 = even[3];
  double lane[SPINODAL_LANES] = {0};
  size_t c = 0;
  for (; c < count; c += SPINODAL_LANES) {
    const int width = count - c < SPINODAL_LANES ? (int)(count - c) : SPINODAL_LANES;
#pragma clang loop vectorize(enable) interleave(enable)
    for (int l = 0; l < width; l++) {
      const double x = overlap[c + l] + shift * (double)row[c + l], s = x * x;
      overlap[c + l] = x;
      value[c + l] = x * (o0 + s * (o1 + s * (o2 + s * o3)));
      lane[l] += e0 + s * (e1 + s * (e2 + s * e3));
    }
  }
  return sum_of_lanes(lane);
}

DISPATCHED
void spinodal_move_overlaps(const int16_t *row, double shift, double *overlap, size_t count) {
  for (size_t c = 0; c < count; c++) overlap[c] += shift * (double)row[c];
}

DISPATCHED
double spinodal_interaction_sum(
    int order, const double *overlap, const double *variance, const double *coefficient, double constant,
    size_t count) {
  // G is homogeneous in x² and the variance: Horner's rule in x² with one more power of the variance a step.
  double a[5] = {constant, coefficient[0], coefficient[1], coefficient[2], coefficient[3]};
  const int half = order / 2;
  double lane[SPINODAL_LANES] = {0};
  for (size_t c = 0; c < count; c += SPINODAL_LANES) {
    const int width = count - c < SPINODAL_LANES ? (int)(count - c) : SPINODAL_LANES;
    for (int l = 0; l < width; l++) {
      const double s = overlap[c + l] * overlap[c + l], v = variance[c + l];
      double sum = a[half], power = 1.0;
      for (int k = half - 1; k >= 0; k--) {
        power *= v;
        sum = sum * s + a[k] * power;
      }
      lane[l] += sum;
    }
  }
  return sum_of_lanes(lane);
}

const char *spinodal_kernel_instructions(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq"))
    return "AVX-512";
  if (__builtin_cpu_supports("avx2")) return "AVX2";
  return "x86-64 baseline";
#elif defined(__aarch64__)
  return "arm64 NEON";
#else
  return "portable C";
#endif
}
