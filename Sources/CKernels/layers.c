#include <math.h>

#include "variants.h"

// Numbers from BLAS go in and come out: fused multiply-adds are welcome here, and last bits depend on the processor.
#pragma STDC FP_CONTRACT ON
#if defined(__x86_64__)
#undef WITH_AVX2
#define WITH_AVX2 __attribute__((target("avx2,fma")))
#endif

INLINED double from_bits(uint64_t bits) {
  union { uint64_t bits; double value; } cast = {.bits = bits};
  return cast.value;
}

INLINED uint64_t to_bits(double value) {
  union { double value; uint64_t bits; } cast = {.value = value};
  return cast.bits;
}

/// e^y for -700 <= y <= 0: e^y = 2^k e^r with |r| <= ln 2/2, by the Chebyshev series of degree 10 (2e-16).
INLINED double exponential(double y) {
  const double round = 0x1.8p52;
  double shifted = y * 1.4426950408889634 + round, k = shifted - round;
  double r = y - k * 0x1.62e42fefa3800p-1 - k * 0x1.ef35793c76730p-45;
  double p = 2.76326406754302357e-7;
  p = p * r + 2.7640182247362187e-6;
  p = p * r + 2.48014854792164294e-5;
  p = p * r + 1.98411702665183216e-4;
  p = p * r + 1.38888889523180453e-3;
  p = p * r + 8.3333333856713153e-3;
  p = p * r + 4.16666666664880815e-2;
  p = p * r + 0.166666666665543927;
  p = p * r + 0.500000000000001839;
  p = p * r + 1.00000000000000674;
  p = p * r + 0.999999999999999997;
  return p * from_bits((to_bits(shifted) + 1023) << 52);
}

/// e^{x²} erfc(x) for 0 <= x <= 6 as a polynomial in 9/(x + 3) - 2, of degree 14; its error times e^{-x²} is below 6e-16.
INLINED double scaled_erfc(double x) {
  double u = 9.0 / (x + 3.0) - 2.0;
  u = u < -1.0 ? -1.0 : u;
  double p = -8.75848995443963873e-10;
  p = p * u + 1.39100689300623878e-8;
  p = p * u - 3.0963618208913536e-8;
  p = p * u - 2.29697607815386382e-7;
  p = p * u + 8.0949751087890391e-7;
  p = p * u + 4.5352760333917263e-6;
  p = p * u - 1.51538675926988346e-5;
  p = p * u - 1.27165104150529796e-4;
  p = p * u + 7.01256401292241011e-5;
  p = p * u + 3.95615168258913462e-3;
  p = p * u + 2.33082611923080983e-2;
  p = p * u + 8.16268451376223433e-2;
  p = p * u + 0.201438856820086345;
  p = p * u + 0.368151564898153513;
  return p * u + 0.321585416454316891;
}

#define FORWARD_PARAMETERS \
  (const double *restrict field, double weight, size_t count, double *restrict value, double *restrict slope, \
   double *restrict output)
#define FORWARD_ARGUMENTS (field, weight, count, value, slope, output)

INLINED void erf_forward_body FORWARD_PARAMETERS {
  for (size_t i = 0; i < count; i++) {
    double h = field[i], size = fabs(h);
    size = size < 37.0 ? size : 37.0;
    double gaussian = exponential(-0.5 * size * size);
    double f = copysign(1.0 - gaussian * scaled_erfc(size * 0.70710678118654752440), h);
    value[i] = f;
    slope[i] = 0.79788456080286535588 * gaussian;
    output[i] += weight * f;
  }
}
VARIANTS(void, erf_forward, FORWARD_PARAMETERS, FORWARD_ARGUMENTS)

INLINED void relu_forward_body FORWARD_PARAMETERS {
  for (size_t i = 0; i < count; i++) {
    double h = field[i], f = h > 0.0 ? h : 0.0;
    value[i] = f;
    slope[i] = h > 0.0 ? 1.0 : 0.0;
    output[i] += weight * f;
  }
}
VARIANTS(void, relu_forward, FORWARD_PARAMETERS, FORWARD_ARGUMENTS)

#define BACKWARD_PARAMETERS \
  (const double *restrict value, const double *restrict slope, const double *restrict residual, double weight, \
   size_t count, double *restrict gradient)

INLINED double backward_body BACKWARD_PARAMETERS {
#define TERM(i) (gradient[i] = weight * slope[i] * residual[i], value[i] * residual[i])
  SUM_OVER_COLUMNS(TERM)
#undef TERM
}
VARIANTS(double, backward, BACKWARD_PARAMETERS, (value, slope, residual, weight, count, gradient))

void spinodal_erf_forward(
    spinodal_instructions set, const double *field, double weight, size_t count, double *value, double *slope,
    double *output) {
  CHOSEN(erf_forward, set, FORWARD_ARGUMENTS);
}

void spinodal_relu_forward(
    spinodal_instructions set, const double *field, double weight, size_t count, double *value, double *slope,
    double *output) {
  CHOSEN(relu_forward, set, FORWARD_ARGUMENTS);
}

double spinodal_layer_backward(
    spinodal_instructions set, const double *value, const double *slope, const double *residual, double weight,
    size_t count, double *gradient) {
  return CHOSEN(backward, set, (value, slope, residual, weight, count, gradient));
}
