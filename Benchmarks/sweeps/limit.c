// What the processor could do at best with signed sums of floats, one bit a sign: masked additions with all operands in
// registers. Prints terms per second of them, and bytes per second read from memory, of processor time.
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SUMS 16
#define ROUNDS 4096

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#if defined(__AVX512F__)
#define LANES 16
// Sixteen independent sums hide the latency of an addition.
static float pass(uint16_t marks, float value) {
  __m512 sum[SUMS];
  const __m512 v = _mm512_set1_ps(value);
  __mmask16 first = marks, second = (__mmask16)~marks;
  for (int k = 0; k < SUMS; k++) sum[k] = _mm512_setzero_ps();
  for (int round = 0; round < ROUNDS; round++) {
    for (int k = 0; k < SUMS; k += 2) {
      sum[k] = _mm512_mask_add_ps(sum[k], first, sum[k], v);
      sum[k + 1] = _mm512_mask_add_ps(sum[k + 1], second, sum[k + 1], v);
    }
    __asm__ volatile("" : "+k"(first), "+k"(second));
  }
  for (int k = 1; k < SUMS; k++) sum[0] = _mm512_add_ps(sum[0], sum[k]);
  return _mm512_reduce_add_ps(sum[0]);
}
#else
#define LANES 8
typedef float floatx8 __attribute__((vector_size(32)));
typedef int32_t int32x8 __attribute__((vector_size(32)));
static float pass(uint16_t marks, float value) {
  floatx8 sum[SUMS] = {{0}};
  int32x8 v = (int32x8)((floatx8){0} + value), mask = {0};
  for (int l = 0; l < LANES; l++) mask[l] = -(marks >> l & 1);
  for (int round = 0; round < ROUNDS; round++) {
    for (int k = 0; k < SUMS; k++) sum[k] += (floatx8)(v & mask);
    __asm__ volatile("" : "+m"(mask));
  }
  for (int k = 1; k < SUMS; k++) sum[0] += sum[k];
  float total = 0;
  for (int l = 0; l < LANES; l++) total += sum[0][l];
  return total;
}
#endif

int main(int count, char **argument) {
  const double seconds = count > 1 ? atof(argument[1]) : 1;
  volatile float sink = 0;
  double start = now(), passes = 0;
  for (; now() - start < seconds; passes++) sink += pass((uint16_t)(0x5a5a + (int)passes), 1e-3f);
  const double terms = passes * ROUNDS * SUMS * LANES / (now() - start);

  const size_t words = (size_t)1 << 25;
  uint64_t *memory = malloc(8 * words);
  for (size_t k = 0; k < words; k++) memory[k] = k;
  start = now(), passes = 0;
  while (now() - start < seconds) {
    uint64_t sum = 0;
    for (size_t k = 0; k < words; k++) sum += memory[k];
    sink += (float)sum;
    passes++;
  }
  printf("%g %g\n", terms, passes * 8 * (double)words / (now() - start));
  free(memory);
  return 0;
}
