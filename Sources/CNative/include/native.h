/* Native code: opens the LLVM library through its C interface, without its headers, and turns LLVM
   IR as text into functions. */
#ifndef DESCENT_NATIVE_H
#define DESCENT_NATIVE_H

#include <stddef.h>
#include <stdint.h>

/* A function that the code calls, by its name there. */
typedef struct {
  const char *name;
  const void *address;
} descent_symbol;

typedef struct descent_code descent_code;

/* Opens the library, once; says which it is, or returns NULL. */
const char *descent_native_open(void);
/* Its version: "19.1.7", or "" where there is none. */
const char *descent_native_version(void);
/* The processor that code is made for. */
const char *descent_native_processor(void);

/* Compiles a module. NULL if it cannot; then message says why, to be freed with
   descent_native_free. */
descent_code *descent_native_compile(const char *text, size_t length,
                                     const descent_symbol *symbols, size_t count,
                                     const char *passes, char **message);
/* The address of a function, or NULL. */
void *descent_native_function(descent_code *code, const char *name);
void descent_native_release(descent_code *code);
void descent_native_free(char *message);

#endif
