/* Random numbers that are functions of where they stand: Philox4x32-10. */
#ifndef DESCENT_PHILOX_H
#define DESCENT_PHILOX_H

#include <stddef.h>
#include <stdint.h>

/* Four random words for a counter of four and a key of two.
   Source: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3, 2011. */
void descent_philox(uint32_t *words, const uint32_t *counter, const uint32_t *key);
/* Two numbers in [0, 1) of 53 random bits each, for each of n counters: these differ in their first
   words, which are given for each; the other three are the same. */
void descent_uniforms(double *u, double *v, const uint32_t *first, const uint32_t *others,
                      const uint32_t *key, ptrdiff_t n);

#endif
