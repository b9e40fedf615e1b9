#ifndef DESCENT_CZLIB_SHIM_H
#define DESCENT_CZLIB_SHIM_H

#include <string.h>
#include <zlib.h>

/// Makes a stream ready for the gzip format, with its checks. zlib has a macro for it, and Swift
/// sees none of those.
static inline int descent_gzip_begin(z_stream *stream) {
  memset(stream, 0, sizeof *stream);
  return inflateInit2(stream, 15 + 16);
}

#endif
