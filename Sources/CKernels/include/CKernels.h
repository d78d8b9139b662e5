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

/// Columns whose bytes are added in lanes of 8 bits.
#define SPINODAL_SIGN_GROUP 512

/// Columns whose halves are added in lanes of 16 bits, unless they are marked as wide.
#define SPINODAL_CHUNK 2048

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
/// count is a multiple of SPINODAL_SIGN_PADDING, and value is zero beyond the last column. Exact if in every group
/// Σ|value| over the columns of equal c % 64 stays below 2^7.
void spinodal_marked_byte_sums(
    spinodal_instructions set, const uint32_t *const *row, int row_count, const int8_t *value, size_t count, int64_t *sum);

/// The same of halves. Exact if in every chunk that is not marked as wide Σ|value| over the columns of equal c % 32 stays
/// below 2^15.
void spinodal_marked_sums(
    spinodal_instructions set, const uint32_t *const *row, int row_count, const int16_t *value, const uint8_t *wide,
    size_t count, int64_t *sum);

/// Adds shift to every overlap, -shift if the column is marked, and marks the chunks that are wide as values of
/// spinodal_marked_sums. Returns Σ overlap. Overlaps must stay within 16 bits.
int64_t spinodal_move_linear_overlaps(
    spinodal_instructions set, const uint32_t *row, int16_t shift, int16_t *overlap, uint8_t *wide, size_t count);

/// Levels of `coarse` are 2^SPINODAL_COARSENING levels of `fine`, so that eight values of `fine` fit into a byte.
#define SPINODAL_COARSENING 4

/// Overlaps x of rows of ±1 and v = x (x² - offset) of each in planes of few bits:
/// v ≈ 2^split (2^SPINODAL_COARSENING coarse + fine), to half a level of fine.
///
/// Columns with |x| > limit, and those whose coarse would exceed the bounds of spinodal_marked_byte_sums, are heavy: zero
/// in all planes, and listed. Arrays have room for count rounded up to SPINODAL_SIGN_PADDING.
typedef struct {
  size_t count;
  /// At most 181, so that squares have 15 bits.
  int32_t limit;
  int32_t offset;
  /// v / 2^split is rounded as 2^overlap_shift x · 2^factor_shift (x² - offset) / 2^15, with both factors of 15 bits;
  /// split = 15 - overlap_shift - factor_shift, at most 9.
  int32_t overlap_shift, factor_shift, split;
  int16_t *overlap;
  int8_t *coarse, *fine;
  int32_t *heavy;
} spinodal_cubic_columns;

/// Sums over all columns of coarse and fine, of x², and of |fine|.
typedef struct {
  int64_t coarse, fine, square, residue;
  size_t heavy_count;
} spinodal_cubic_sums;

/// Adds shift to every overlap, -shift if the column is marked, and refreshes coarse, fine and the list of heavy columns.
spinodal_cubic_sums spinodal_move_cubic_overlaps(
    spinodal_instructions set, const uint32_t *row, int32_t shift, const spinodal_cubic_columns *columns);

/// Σ of v[c] over all columns, with the opposite sign where column c is marked.
int64_t spinodal_cubic_sum(spinodal_instructions set, const uint32_t *row, const spinodal_cubic_columns *columns);

/// coupling[i][j] = Σ_c y_ic y_jc of rows of ±1, `words` words of 32 bits each (an even number).
void spinodal_pair_couplings(
    spinodal_instructions set, const uint32_t *bits, size_t words, size_t rows, int32_t columns, int16_t *coupling);

/// field[i] += shift * coupling[i], a product of at most 15 bits.
void spinodal_move_pair_fields(
    spinodal_instructions set, const int16_t *coupling, int32_t shift, int32_t *field, size_t count);

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

/// The same bits at order 2 and 4 from overlaps of 16 bits.
double spinodal_cavity_sum_of_halves(
    spinodal_instructions set, int order, const int16_t *row, const int16_t *overlap, const double *variance, double spin,
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

/// Columns of counts are padded with zeros to a multiple of twice this many.
#define SPINODAL_COUNT_PADDING 128

/// Overlaps X of whole numbers y = 2 k - M, rows of their counts k = 0 ... M, and planes of bytes from which cavity sums at
/// order 2 and 4 are estimated, Σ_c z (a - z b) with z = y times the spin: in every column that is not heavy
/// a = X (4 cubic X² + v + extra) ≈ fine_unit (2^coarsening coarse + fine) and b = 12 cubic X² + v ≈ slope_unit slope.
///
/// In whole numbers, with x = 2^overlap_shift X and s = x² / 2^15: the level of a is
/// x (level_factor s / 2^15 + level_offset) / 2^15 / 2^level_shift, and slope is
/// (slope_factor s / 2^15 + slope_offset) / 2^slope_shift, where every quotient is rounded, the last of slope downwards
/// (slope_offset has the half that rounds it). Factors fill 15 bits, and so do all products.
typedef struct {
  /// Columns, without and with padding. Beyond the last, overlaps are zero.
  size_t count, padded;
  /// M <= 15: two counts a byte; of 128 columns the first 64 are the low halves. Otherwise a byte each, M <= 127.
  int32_t is_packed;
  /// Whether the processor multiplies and adds bytes in one instruction.
  int32_t has_dot_products;
  /// y² is estimated from squares[k >> square_shift]; 16 entries of at most 60.
  int32_t square_shift;
  const uint8_t *squares;
  /// Largest |X| of a column that is not heavy, at most 2^13.
  int32_t limit;
  int32_t overlap_shift, level_factor, level_shift, slope_factor, slope_shift;
  const int16_t *level_offset, *slope_offset;
  int16_t *overlap;
  /// Without dot products |coarse|, 2^coarsening / 2 and 60/M |slope| are at most 32767 / (8 M), so that eight products fit
  /// into 16 bits; with them at most 127 or half of 256.
  int32_t coarsening;
  int8_t *coarse, *fine, *slope;
  /// Columns that are zero in all planes; room for all.
  int32_t *heavy;
} spinodal_count_planes;

/// Σ_c k coarse, Σ_c k fine and Σ_c squares[k >> square_shift] slope of a row.
typedef struct {
  int64_t coarse, fine, square;
} spinodal_count_sums;

/// Over the columns that are not heavy Σ (2^coarsening coarse + fine), Σ slope, Σ|slope| and Σ X².
typedef struct {
  int64_t level, slope, slope_size, square;
  size_t heavy_count;
} spinodal_count_columns;

/// Whether this machine has spinodal_count_planes.has_dot_products.
int spinodal_has_dot_products(void);

/// The sums of 1 to SPINODAL_BLOCK rows.
void spinodal_count_plane_sums(
    spinodal_instructions set, const spinodal_count_planes *planes, const uint8_t *const *row, int row_count,
    spinodal_count_sums *sum);

/// Moves every overlap by shift * row[c] and refreshes the planes.
spinodal_count_columns spinodal_move_count_overlaps(
    spinodal_instructions set, const int16_t *row, int16_t shift, const spinodal_count_planes *planes);

/// Moves every overlap by shift * row[c].
void spinodal_move_overlaps(
    spinodal_instructions set, const int16_t *row, double shift, double *overlap, size_t count);

/// Sum over columns of a[3] x^8 + a[2] x^6 + a[1] x^4 + a[0] x^2 + constant * variance[c]^(order/2) with x = overlap[c] and
/// a[k] = coefficient[k] * variance[c]^(order/2 - 1 - k).
double spinodal_interaction_sum(
    spinodal_instructions set, int order, const double *overlap, const double *variance, const double *coefficient,
    double constant, size_t count);

/// The same bits at order 2 and 4 from overlaps of 16 bits and one variance of all columns.
double spinodal_sign_interaction_sum(
    spinodal_instructions set, int order, const int16_t *overlap, double variance, const double *coefficient,
    double constant, size_t count);

// Random numbers.

/// The Philox4x32-10 blocks of the counters (first + b, counter2, counter3), b = 0 ..< count, four words each.
void spinodal_philox_blocks(
    spinodal_instructions set, uint32_t key0, uint32_t key1, uint64_t first, uint32_t counter2, uint32_t counter3,
    size_t count, uint32_t *out);

/// Bounds of the fields along a spin, in units in which scale = 1/(2 beta), between which a heat bath update with this
/// uniform number may go either way: below it flips, 1/(1 + exp(field/scale)) > uniform, above it does not.
void spinodal_heat_bath_thresholds(
    spinodal_instructions set, const double *uniform, double scale, size_t count, double *lower, double *upper);

/// The same of Metropolis updates, exp(-field/scale) > uniform.
void spinodal_metropolis_thresholds(
    spinodal_instructions set, const double *uniform, double scale, size_t count, double *lower, double *upper);

/// Replaces every u by scale * ln(u / (1 - u)), to a few units of the last place; u = 0 counts as 2^-54.
void spinodal_logits(spinodal_instructions set, double *value, double scale, size_t count);

// Heat bath updates of spins with energy -Σ_c X_c², X_c = Σ_i row[i][c] spin[i], in whole numbers: attempt k asks whether the
// field Σ_c row[i][c] X_c - spin[i] Σ_c row[i][c]² of site i = site[k] lies above or below threshold[k], and turns the spin
// there; a field on the threshold changes nothing. They update spins and overlaps and return the number of flips.

/// Rows of up to 8 entries of a byte, padded with zeros to 8. All overlaps and fields must fit into 32 bits; room for 8
/// overlaps, those beyond the last column zero.
size_t spinodal_packed_heat_bath(
    spinodal_instructions set, const uint64_t *rows, size_t columns, int8_t *spins, int32_t *overlap,
    const uint32_t *site, const double *threshold, size_t count);

/// The same where all overlaps fit into 16 bits: no branches, hence the same time whatever flips.
size_t spinodal_steady_heat_bath(
    spinodal_instructions set, const uint64_t *rows, int8_t *spins, int32_t *overlap, const uint32_t *site,
    const double *threshold, size_t count);

/// Rows of `stride` bytes, columns beyond the last being zero, and square[i] = Σ_c row[i][c]². All overlaps and fields must
/// fit into 32 bits.
size_t spinodal_byte_heat_bath(
    spinodal_instructions set, const int8_t *rows, size_t stride, const int32_t *square, int8_t *spins, int32_t *overlap,
    const uint32_t *site, const double *threshold, size_t count);

/// The same, twice as fast, where all overlaps fit into 16 bits.
size_t spinodal_short_heat_bath(
    spinodal_instructions set, const int8_t *rows, size_t stride, const int32_t *square, int8_t *spins, int16_t *overlap,
    const uint32_t *site, const double *threshold, size_t count);

/// Rows of `stride` entries of 16 bits, a multiple of 8. Sums must stay below 2^53.
size_t spinodal_half_heat_bath(
    spinodal_instructions set, const int16_t *rows, size_t stride, int8_t *spins, double *overlap, const uint32_t *site,
    const double *threshold, size_t count);
// Hidden layers of networks that are trained by gradient descent. Unlike the samplers' kernels these may use fused
// multiply-adds: their numbers come from matrix products, whose last bits depend on the processor anyhow.

/// value[i] = erf(field[i]/√2) to 1e-15, slope[i] its derivative, output[i] += weight value[i].
void spinodal_erf_forward(
    spinodal_instructions set, const double *field, double weight, size_t count, double *value, double *slope,
    double *output);

/// The same with value[i] = max(0, field[i]).
void spinodal_relu_forward(
    spinodal_instructions set, const double *field, double weight, size_t count, double *value, double *slope,
    double *output);

/// gradient[i] = weight slope[i] residual[i]; returns Σ value[i] residual[i].
double spinodal_layer_backward(
    spinodal_instructions set, const double *value, const double *slope, const double *residual, double weight,
    size_t count, double *gradient);

#endif
