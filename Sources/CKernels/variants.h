// One body, compiled for each instruction set and chosen by the caller.
#ifndef SPINODAL_VARIANTS_H
#define SPINODAL_VARIANTS_H

#include "CKernels.h"

#define INLINED static inline __attribute__((always_inline))

#if defined(__x86_64__)
#define WITH_AVX2 __attribute__((target("avx2,popcnt")))
#define WITH_AVX512 __attribute__((target("avx2,popcnt,avx512f,avx512bw,avx512vl,avx512dq")))

/// Defines RESULT NAME(set, PARAMETERS) from `NAME_body`, a function to be inlined.
#define VARIANTS(RESULT, NAME, PARAMETERS, ARGUMENTS)                             \
  static RESULT NAME##_portable PARAMETERS { return NAME##_body ARGUMENTS; }      \
  WITH_AVX2 static RESULT NAME##_avx2 PARAMETERS { return NAME##_body ARGUMENTS; } \
  WITH_AVX512 static RESULT NAME##_avx512 PARAMETERS { return NAME##_body ARGUMENTS; }
#define CHOSEN(NAME, SET, ARGUMENTS)                                  \
  ((SET) == spinodal_avx512 ? NAME##_avx512 ARGUMENTS                 \
                            : (SET) == spinodal_avx2 ? NAME##_avx2 ARGUMENTS : NAME##_portable ARGUMENTS)
#else
#define VARIANTS(RESULT, NAME, PARAMETERS, ARGUMENTS) \
  static RESULT NAME##_portable PARAMETERS { return NAME##_body ARGUMENTS; }
#define CHOSEN(NAME, SET, ARGUMENTS) ((void)(SET), NAME##_portable ARGUMENTS)
#endif

// Pairwise from the outside in, so that every variant adds in the same order.
INLINED double sum_of_lanes(double *lane) {
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

#endif
