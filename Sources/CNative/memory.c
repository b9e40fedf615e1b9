#include "memory.h"

#include <stdint.h>
#include <stdlib.h>

#ifdef __linux__
#include <malloc.h>
#include <sys/mman.h>
#endif

void descent_make_room(size_t size) {
#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)
  const size_t page = (size_t)1 << 21;
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  void *room = malloc(size);
  if (!room) return;
  uintptr_t first = ((uintptr_t)room + page - 1) & ~(page - 1);
  uintptr_t end = ((uintptr_t)room + size) & ~(page - 1);
  if (first < end) madvise((void *)first, end - first, MADV_HUGEPAGE);
  free(room);
#else
  (void)size;
#endif
}
