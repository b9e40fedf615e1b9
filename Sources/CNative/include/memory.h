/* Memory for what is made of a long text. */
#ifndef DESCENT_MEMORY_H
#define DESCENT_MEMORY_H

#include <stddef.h>

/* So many bytes more are there in large pages before they are asked for, where the system has such;
   what is freed is used again and not given back. */
void descent_make_room(size_t size);

#endif
