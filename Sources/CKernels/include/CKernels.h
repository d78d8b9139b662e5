// The innermost loops of the Monte Carlo samplers. Every function has a plain Swift twin that tests compare it with.
//
// Sums of doubles keep the same SPINODAL_LANES partial sums in every variant, combine them in the same order and use no
// fused multiply-add; sums of whole numbers are exact. The result has the same bits on every machine.
#ifndef SPINODAL_CKERNELS_H
#define SPINODAL_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#define SPINODAL_LANES 32

/// Columns of ±1 rows are padded with zeros to a multiple of this many.
#define SPINODAL_SIGN_PADDING 64

/// Columns whose whole numbers are added in 32 bits before the sum is widened, unless they are marked as wide.
#define SPINODAL_CHUNK 4096

/// Rows that one call of spinodal_marked_sums takes at most.
#define SPINODAL_BLOCK 8

/// Instruction sets that a kernel is built for; on other processors than x86-64 only the first does anything.
typedef enum {
  spinodal_portable = 0,
  spinodal_avx2 = 1,
  spinodal_avx512 = 2,
} spinodal_instructions;

/// The widest set that this machine has.
spinodal_instructions spinodal_best_instructions(void);

/// The name of that set on this machine.
const char *spinodal_kernel_instructions(void);

// Rows of ±1: bit c % 32 of mark[c / 32] is set where the entry is -1.

/// sum[r] = Σ of value[c] over the columns marked in row r, for 1 to SPINODAL_BLOCK rows of count columns.
///
/// count is a multiple of SPINODAL_SIGN_PADDING, and value is zero beyond the last column. Exact if Σ|value| stays below
/// 2^31 in every chunk that is not marked as wide, and every |value| below 2^29.
void spinodal_marked_sums(
    spinodal_instructions set, const uint32_t *const *row, int row_count, const int32_t *value, const uint8_t *wide,
    size_t count, int64_t *sum);

/// What a move of the overlaps of ±1 rows returns, over all columns.
typedef struct {
  /// Σ of value[c].
  int64_t value;
  /// Σ of overlap[c]², or zero if cubic is zero.
  int64_t square;
} spinodal_column_sums;

/// Adds shift to the overlap x of every column, -shift if the column is marked, refreshes value = x (linear + cubic x²),
/// and marks as wide the chunks whose Σ|value| may reach 2^31.
///
/// Every |value| must stay below 2^29; if cubic is not zero, |x| below 2896.
spinodal_column_sums spinodal_move_marked_overlaps(
    spinodal_instructions set, const uint32_t *row, int32_t shift, int32_t *overlap, int32_t *value, uint8_t *wide,
    int32_t linear, int32_t cubic, size_t count);

/// Σ of value[c], with the opposite sign where column c is marked.
double spinodal_signed_sum(spinodal_instructions set, const uint32_t *row, const double *value, size_t count);

/// Adds shift to every overlap, -shift if the column is marked, and refreshes value[c] = Σ_k odd[k] x^(2k+1) of the new
/// overlap x. Returns Σ_c Σ_k even[k] x^(2k). Four coefficients each.
double spinodal_move_signed_overlaps(
    spinodal_instructions set, const uint32_t *row, double shift, double *overlap, double *value, const double *odd,
    const double *even, size_t count);

// Rows of whole numbers.

/// Sum over count columns of [g(x0 + y) - g(x0 - y)]/2 for g(x) = a[3] x^8 + a[2] x^6 + a[1] x^4 + a[0] x^2 with
/// x0 = overlap[c] - y * spin, y = row[c], and a[k] = coefficient[k] * variance[c]^(order/2 - 1 - k).
/// order is 2, 4, 6 or 8.
double spinodal_cavity_sum(
    spinodal_instructions set, int order, const int16_t *row, const double *overlap, const double *variance, double spin,
    const double *coefficient, size_t count);

/// Estimates of the cavity sum times the spin of up to SPINODAL_BLOCK rows at order 2 and 4, in single precision:
/// sum[r] = Σ_c z (a - z (b - z (d - z e))), z = row[r][c] * spin[r].
///
/// Unlike all other sums these depend on the instruction set, within the bound of spinodal_prepare_estimates.
void spinodal_cavity_estimates(
    spinodal_instructions set, const int16_t *const *row, const float *spin, int row_count, const float *a, const float *b,
    const float *d, float e, size_t count, double *sum);

/// The columns that estimates need, with X = overlap[c]: a = X b', b' = 4 cubic X² + v, b = 12 cubic X² + v, d = 16 cubic X,
/// and e = 8 cubic at order 4, where v = linear * variance[c]; at order 2 cubic is zero and v = linear.
///
/// linear is twice the coefficient of x², cubic the coefficient of x⁴, largest a bound of |row[c]|.
/// Returns a bound of the error of an estimate, that of the sum in double precision included.
double spinodal_prepare_estimates(
    spinodal_instructions set, const double *overlap, const double *variance, double linear, double cubic, double largest,
    float *a, float *b, float *d, size_t count);

/// Moves every overlap by shift * row[c].
void spinodal_move_overlaps(
    spinodal_instructions set, const int16_t *row, double shift, double *overlap, size_t count);

/// Sum over columns of a[3] x^8 + a[2] x^6 + a[1] x^4 + a[0] x^2 + constant * variance[c]^(order/2) with x = overlap[c] and
/// a[k] = coefficient[k] * variance[c]^(order/2 - 1 - k).
double spinodal_interaction_sum(
    spinodal_instructions set, int order, const double *overlap, const double *variance, const double *coefficient,
    double constant, size_t count);

#endif
