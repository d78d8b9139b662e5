// The version string is an array of unknown length, which Swift does not import.
#ifndef SPINODAL_CFFTW_SHIM_H
#define SPINODAL_CFFTW_SHIM_H

#include <fftw3.h>

static inline const char *spinodal_fftw_version(void) { return fftw_version; }

#endif
