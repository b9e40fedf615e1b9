/* Arrays of doubles from NumPy files, version 1, in C order. */
#include <stdint.h>
#include <string.h>

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

/* Room at the start of a cache line, all zero. */
static inline double *zeros(long count) {
  size_t bytes = ((size_t)count * sizeof(double) + 63) / 64 * 64;
  double *numbers = aligned_alloc(64, bytes);
  if (!numbers) exit(1);
  return memset(numbers, 0, bytes);
}
