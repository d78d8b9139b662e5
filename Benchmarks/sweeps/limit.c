// What the processor could do at best: signed sums of ±1 rows, one bit an entry, with everything in the first-level cache.
// Prints terms per second of 32-bit masked additions (eight rows, one load of the values), and bytes read per second.
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define COLUMNS 2048
#define ROWS 8

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int32_t value[COLUMNS];
static uint16_t row[ROWS][COLUMNS / 16];

static int64_t pass(void) {
#if defined(__AVX512F__)
  __m512i sum[ROWS];
  for (int r = 0; r < ROWS; r++) sum[r] = _mm512_setzero_si512();
  for (int c = 0; c < COLUMNS; c += 16) {
    const __m512i v = _mm512_loadu_si512(value + c);
    for (int r = 0; r < ROWS; r++) sum[r] = _mm512_mask_add_epi32(sum[r], row[r][c / 16], sum[r], v);
  }
  for (int r = 1; r < ROWS; r++) sum[0] = _mm512_add_epi32(sum[0], sum[r]);
  return _mm512_reduce_add_epi32(sum[0]);
#else
  int64_t total = 0;
  for (int r = 0; r < ROWS; r++) {
    int32_t sum = 0;
    for (int c = 0; c < COLUMNS; c++) sum += value[c] & -(row[r][c / 16] >> c % 16 & 1);
    total += sum;
  }
  return total;
#endif
}

int main(int count, char **argument) {
  const double seconds = count > 1 ? atof(argument[1]) : 1;
  for (int c = 0; c < COLUMNS; c++) value[c] = rand() % 1000 - 500;
  for (int r = 0; r < ROWS; r++)
    for (int c = 0; c < COLUMNS / 16; c++) row[r][c] = (uint16_t)rand();
  volatile int64_t sink = 0;
  double start = now(), passes = 0;
  while (now() - start < seconds)
    for (int k = 0; k < 1000; k++, passes++) {
      sink += pass();
      __asm__ volatile("" ::: "memory");
    }
  const double terms = passes * ROWS * COLUMNS / (now() - start);

  const size_t words = (size_t)1 << 25;
  uint64_t *memory = malloc(8 * words);
  for (size_t k = 0; k < words; k++) memory[k] = k;
  start = now(), passes = 0;
  while (now() - start < seconds) {
    uint64_t sum = 0;
    for (size_t k = 0; k < words; k++) sum += memory[k];
    sink += (int64_t)sum;
    passes++;
  }
  printf("%g %g\n", terms, passes * 8 * (double)words / (now() - start));
  free(memory);
  return 0;
}
