/* Eight doubles at once, in whatever registers there are. */
typedef double v8 __attribute__((vector_size(64)));
/* The same somewhere in an array, not at a multiple of its size. */
typedef double v8_anywhere __attribute__((vector_size(64), aligned(8), may_alias));

static inline v8 load(const double *p) { return *(const v8_anywhere *)p; }
static inline void store(double *p, v8 v) { *(v8_anywhere *)p = v; }

/* By halves. */
static inline double total(v8 v) {
  typedef double v4 __attribute__((vector_size(32)));
  typedef double v2 __attribute__((vector_size(16)));
  v4 four = __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
  v2 two = __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
  return two[0] + two[1];
}
