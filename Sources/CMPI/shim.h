// Open MPI's handles are cast macros, which Swift cannot import: each becomes a function here.
#ifndef SPINODAL_CMPI_SHIM_H
#define SPINODAL_CMPI_SHIM_H

#include <mpi.h>

static inline MPI_Comm spinodal_mpi_comm_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Comm spinodal_mpi_comm_null(void) { return MPI_COMM_NULL; }
static inline MPI_Datatype spinodal_mpi_byte(void) { return MPI_BYTE; }
static inline MPI_Datatype spinodal_mpi_int64(void) { return MPI_INT64_T; }
static inline MPI_Datatype spinodal_mpi_double(void) { return MPI_DOUBLE; }
static inline MPI_Op spinodal_mpi_sum(void) { return MPI_SUM; }
static inline MPI_Op spinodal_mpi_max(void) { return MPI_MAX; }
static inline MPI_Op spinodal_mpi_no_op(void) { return MPI_NO_OP; }
static inline MPI_Info spinodal_mpi_info_null(void) { return MPI_INFO_NULL; }
static inline MPI_Errhandler spinodal_mpi_errors_return(void) { return MPI_ERRORS_RETURN; }

// Enters the library so that it serves pending one-sided operations; no message is received.
static inline int spinodal_mpi_progress(MPI_Comm communicator) {
  int isPending = 0;
  return MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, communicator, &isPending, MPI_STATUS_IGNORE);
}

#endif
