// The innermost loops of the Monte Carlo samplers. Every function has a plain Swift twin that tests compare it with.
//
// All variants (scalar, AVX2, AVX-512, arm64) keep the same SPINODAL_LANES partial sums, combine them in the same order
// and use no fused multiply-add: the result has the same bits on every machine.
#ifndef SPINODAL_CKERNELS_H
#define SPINODAL_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#define SPINODAL_LANES 32

/// Sum of sign[c] * value[c] over count terms; sign[c] is +1 or -1.
double spinodal_signed_sum(const int8_t *sign, const double *value, size_t count);

/// Sum over count columns of [g(x0 + y) - g(x0 - y)]/2 for g(x) = a[3] x^8 + a[2] x^6 + a[1] x^4 + a[0] x^2 with
/// x0 = overlap[c] - y * spin, y = row[c], and a[k] = coefficient[k] * variance[c]^(order/2 - 1 - k).
/// order is 2, 4, 6 or 8.
double spinodal_cavity_sum(
    int order, const int16_t *row, const double *overlap, const double *variance, double spin,
    const double *coefficient, size_t count);

/// Moves every overlap by shift * row[c] and, for +-1 rows, refreshes value[c] = Σ_k odd[k] x^(2k+1) of the new overlap x.
/// Returns Σ_c Σ_k even[k] x^(2k). Four coefficients each.
double spinodal_move_signed_overlaps(
    const int8_t *row, double shift, double *overlap, double *value, const double *odd, const double *even,
    size_t count);

/// Moves every overlap by shift * row[c].
void spinodal_move_overlaps(const int16_t *row, double shift, double *overlap, size_t count);

/// Sum over columns of a[3] x^8 + a[2] x^6 + a[1] x^4 + a[0] x^2 + constant * variance[c]^(order/2) with x = overlap[c] and
/// a[k] = coefficient[k] * variance[c]^(order/2 - 1 - k).
double spinodal_interaction_sum(
    int order, const double *overlap, const double *variance, const double *coefficient, double constant,
    size_t count);

/// The instruction set that the dispatched kernels use on this machine.
const char *spinodal_kernel_instructions(void);

#endif
