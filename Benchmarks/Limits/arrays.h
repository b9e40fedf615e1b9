/* Arrays of doubles from NumPy files, version 1, in C order. */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* The numbers of a file; their count comes back in `count`. */
static inline double *array(const char *path, long *count) {
  FILE *file = fopen(path, "rb");
  unsigned char start[10];
  if (!file || fread(start, 1, sizeof start, file) != sizeof start) exit(2);
  long header = 10 + start[8] + 256 * start[9];
  fseek(file, 0, SEEK_END);
  long bytes = ftell(file) - header;
  fseek(file, header, SEEK_SET);
  double *numbers = malloc((size_t)bytes);
  if (!numbers || fread(numbers, 1, (size_t)bytes, file) != (size_t)bytes) exit(2);
  fclose(file);
  *count = bytes / (long)sizeof *numbers;
  return numbers;
}

/* Room at the start of a cache line, all zero; in large pages where there is much of it. */
static inline double *zeros(long count) {
  size_t line = 64, large = 1 << 21;
  size_t bytes = (size_t)count * sizeof(double);
  size_t unit = bytes < 2 * large ? line : large;
  bytes = (bytes + unit - 1) / unit * unit;
  double *numbers = aligned_alloc(unit, bytes);
  if (!numbers) exit(1);
#ifdef MADV_HUGEPAGE
  if (unit == large) madvise(numbers, bytes, MADV_HUGEPAGE);
#endif
  return memset(numbers, 0, bytes);
}
