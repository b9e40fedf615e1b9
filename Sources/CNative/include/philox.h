/* Random numbers that are functions of where they stand: Philox4x32-10. */
#ifndef DESCENT_PHILOX_H
#define DESCENT_PHILOX_H

#include <stddef.h>
#include <stdint.h>

/* Four random words for a counter of four and a key of two.
   Source: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3, 2011. */
void descent_philox(uint32_t *words, const uint32_t *counter, const uint32_t *key);
/* Two numbers in [0, 1) of 53 random bits each, for each of n elements: the counter holds the
   element, the step (its low half first) and the draw. */
void descent_uniforms(double *u, double *v, const uint32_t *elements, ptrdiff_t n, uint64_t step,
                      uint32_t draw, const uint32_t *key);

#endif
