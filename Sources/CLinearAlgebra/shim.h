// C99 complex is invisible to Swift; the plain structs below have its layout.
#ifndef SPINODAL_CLINEARALGEBRA_SHIM_H
#define SPINODAL_CLINEARALGEBRA_SHIM_H

typedef struct { float real, imaginary; } spinodal_complex_float;
typedef struct { double real, imaginary; } spinodal_complex_double;
#define lapack_complex_float spinodal_complex_float
#define lapack_complex_double spinodal_complex_double

#include <cblas.h>
#include <lapacke.h>

#endif
