#include "philox.h"

#if defined(__x86_64__) && defined(__linux__)
#define FOR_PROCESSORS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_PROCESSORS
#endif

/* The words are kept in 64 bits, so that a compiler sees products of 32-bit numbers. */
static inline __attribute__((always_inline)) void rounds(uint64_t c[4], const uint32_t *key) {
  uint32_t k0 = key[0], k1 = key[1];
#pragma clang loop unroll(full)
  for (int round = 0; round < 10; round++) {
    const uint64_t a = (uint64_t)(uint32_t)c[0] * 0xD2511F53u;
    const uint64_t b = (uint64_t)(uint32_t)c[2] * 0xCD9E8D57u;
    c[0] = (b >> 32) ^ c[1] ^ k0;
    c[2] = (a >> 32) ^ c[3] ^ k1;
    c[1] = (uint32_t)b;
    c[3] = (uint32_t)a;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}

void descent_philox(uint32_t *words, const uint32_t *counter, const uint32_t *key) {
  uint64_t c[4] = {counter[0], counter[1], counter[2], counter[3]};
  rounds(c, key);
  for (int k = 0; k < 4; k++) words[k] = (uint32_t)c[k];
}

/* 27 and 26 bits: each of both is a double, and so is their sum. */
static inline __attribute__((always_inline)) double fraction(uint64_t high, uint64_t low) {
  return (double)(int32_t)(high >> 5) * 0x1p-27 + (double)(int32_t)(low >> 6) * 0x1p-53;
}

FOR_PROCESSORS
void descent_uniforms(double *u, double *v, const uint32_t *elements, ptrdiff_t n, uint64_t step,
                      uint32_t draw, const uint32_t *key) {
#pragma clang loop vectorize(assume_safety)
  for (ptrdiff_t k = 0; k < n; k++) {
    uint64_t c[4] = {elements[k], (uint32_t)step, step >> 32, draw};
    rounds(c, key);
    u[k] = fraction(c[0], c[1]);
    v[k] = fraction(c[2], c[3]);
  }
}
