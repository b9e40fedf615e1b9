#include "native.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The parts of LLVM's C interface that are used; all handles are pointers to incomplete types.
   Source: llvm-c/Core.h, ExecutionEngine.h, IRReader.h, TargetMachine.h, Transforms/PassBuilder.h. */
typedef void *handle;

struct mcjit_options {
  unsigned opt_level;
  int code_model;
  int no_frame_pointer_elimination;
  int enable_fast_isel;
  handle memory_manager;
};

static struct {
  int is_tried;
  int is_there;
  char name[64];
  char version[32];
  char *processor;
  char *features;
  char *triple;

  handle (*ContextCreate)(void);
  void (*ContextDispose)(handle);
  handle (*CreateMemoryBufferWithMemoryRangeCopy)(const char *, size_t, const char *);
  int (*ParseIRInContext)(handle, handle, handle *, char **);
  void (*DisposeMessage)(char *);
  void (*DisposeModule)(handle);
  void (*SetTarget)(handle, const char *);
  char *(*GetDefaultTargetTriple)(void);
  char *(*GetHostCPUName)(void);
  char *(*GetHostCPUFeatures)(void);
  int (*GetTargetFromTriple)(const char *, handle *, char **);
  handle (*CreateTargetMachine)(handle, const char *, const char *, const char *, int, int, int);
  void (*DisposeTargetMachine)(handle);
  handle (*CreateTargetDataLayout)(handle);
  void (*SetModuleDataLayout)(handle, handle);
  void (*DisposeTargetData)(handle);
  handle (*CreatePassBuilderOptions)(void);
  void (*DisposePassBuilderOptions)(handle);
  handle (*RunPasses)(handle, const char *, handle, handle);
  char *(*GetErrorMessage)(handle);
  void (*DisposeErrorMessage)(char *);
  void (*LinkInMCJIT)(void);
  void (*InitializeMCJITCompilerOptions)(struct mcjit_options *, size_t);
  int (*CreateMCJITCompilerForModule)(handle *, handle, struct mcjit_options *, size_t, char **);
  void (*DisposeExecutionEngine)(handle);
  void (*AddGlobalMapping)(handle, handle, void *);
  handle (*GetNamedFunction)(handle, const char *);
  handle (*GetFirstFunction)(handle);
  handle (*GetNextFunction)(handle);
  int (*IsDeclaration)(handle);
  void (*AddTargetDependentFunctionAttr)(handle, const char *, const char *);
  uint64_t (*GetFunctionAddress)(handle, const char *);
  void (*GetVersion)(unsigned *, unsigned *, unsigned *);
} llvm;

#if defined(__x86_64__)
#define TARGET "X86"
#elif defined(__aarch64__)
#define TARGET "AArch64"
#else
#define TARGET "Unknown"
#endif

/* Those that were tried come first. Opaque pointers need 15 or newer. */
static const char *const names[] = {
#if defined(__APPLE__)
    "/opt/homebrew/opt/llvm/lib/libLLVM.dylib", "/usr/local/opt/llvm/lib/libLLVM.dylib",
    "libLLVM.dylib",
#else
    "libLLVM.so.19.1", "libLLVM.so.20.1", "libLLVM.so.21.1", "libLLVM.so.18.1", "libLLVM-17.so.1",
    "libLLVM-16.so.1", "libLLVM-15.so.1",
#endif
};

static int find(void *library) {
  int is_whole = 1;
#define FIND(name)                                                                                 \
  do {                                                                                             \
    *(void **)&llvm.name = dlsym(library, "LLVM" #name);                                           \
    if (!llvm.name) is_whole = 0;                                                                  \
  } while (0)
  FIND(ContextCreate);
  FIND(ContextDispose);
  FIND(CreateMemoryBufferWithMemoryRangeCopy);
  FIND(ParseIRInContext);
  FIND(DisposeMessage);
  FIND(DisposeModule);
  FIND(SetTarget);
  FIND(GetDefaultTargetTriple);
  FIND(GetHostCPUName);
  FIND(GetHostCPUFeatures);
  FIND(GetTargetFromTriple);
  FIND(CreateTargetMachine);
  FIND(DisposeTargetMachine);
  FIND(CreateTargetDataLayout);
  FIND(SetModuleDataLayout);
  FIND(DisposeTargetData);
  FIND(CreatePassBuilderOptions);
  FIND(DisposePassBuilderOptions);
  FIND(RunPasses);
  FIND(GetErrorMessage);
  FIND(DisposeErrorMessage);
  FIND(LinkInMCJIT);
  FIND(InitializeMCJITCompilerOptions);
  FIND(CreateMCJITCompilerForModule);
  FIND(DisposeExecutionEngine);
  FIND(AddGlobalMapping);
  FIND(GetNamedFunction);
  FIND(GetFirstFunction);
  FIND(GetNextFunction);
  FIND(IsDeclaration);
  FIND(AddTargetDependentFunctionAttr);
  FIND(GetFunctionAddress);
#undef FIND
  *(void **)&llvm.GetVersion = dlsym(library, "LLVMGetVersion");
  return is_whole;
}

static int initialize_target(void *library) {
  static const char *const parts[] = {"TargetInfo", "Target", "TargetMC", "AsmPrinter"};
  for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
    char name[64];
    snprintf(name, sizeof name, "LLVMInitialize" TARGET "%s", parts[k]);
    void (*initialize)(void);
    *(void **)&initialize = dlsym(library, name);
    if (!initialize) return 0;
    initialize();
  }
  return 1;
}

const char *descent_native_open(void) {
  if (llvm.is_tried) return llvm.is_there ? llvm.name : NULL;
  llvm.is_tried = 1;
  for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
    void *library = dlopen(names[k], RTLD_LAZY | RTLD_LOCAL);
    if (!library) continue;
    if (!find(library) || !initialize_target(library)) {
      dlclose(library);
      continue;
    }
    snprintf(llvm.name, sizeof llvm.name, "%s", names[k]);
    llvm.LinkInMCJIT();
    if (llvm.GetVersion) {
      unsigned major, minor, patch;
      llvm.GetVersion(&major, &minor, &patch);
      snprintf(llvm.version, sizeof llvm.version, "%u.%u.%u", major, minor, patch);
    } else {
      const char *digits = strpbrk(names[k], "0123456789");
      size_t count = digits ? strspn(digits, "0123456789") : 0;
      snprintf(llvm.version, sizeof llvm.version, "%.*s", (int)count, digits ? digits : "");
    }
    llvm.processor = llvm.GetHostCPUName();
    llvm.features = llvm.GetHostCPUFeatures();
    llvm.triple = llvm.GetDefaultTargetTriple();
    llvm.is_there = 1;
    return llvm.name;
  }
  return NULL;
}

const char *descent_native_version(void) { return llvm.version; }

const char *descent_native_processor(void) { return llvm.processor ? llvm.processor : ""; }

struct descent_code {
  handle context;
  handle engine;
};

static descent_code *failed(handle context, const char *what, char *detail, char **message) {
  size_t size = strlen(what) + (detail ? strlen(detail) : 0) + 3;
  *message = malloc(size);
  if (*message) snprintf(*message, size, "%s%s%s", what, detail ? ": " : "", detail ? detail : "");
  if (context) llvm.ContextDispose(context);
  return NULL;
}

descent_code *descent_native_compile(const char *text, size_t length,
                                     const descent_symbol *symbols, size_t count,
                                     const char *passes, char **message) {
  *message = NULL;
  if (!descent_native_open()) return failed(NULL, "there is no LLVM library", NULL, message);
  char *detail = NULL;
  handle context = llvm.ContextCreate();
  handle buffer = llvm.CreateMemoryBufferWithMemoryRangeCopy(text, length, "descent");
  handle module = NULL;
  /* The buffer is the parser's from here on. */
  if (llvm.ParseIRInContext(context, buffer, &module, &detail))
    return failed(context, "the code cannot be read", detail, message);

  handle target = NULL;
  if (llvm.GetTargetFromTriple(llvm.triple, &target, &detail)) {
    llvm.DisposeModule(module);
    return failed(context, "there is no such target", detail, message);
  }
  handle machine = llvm.CreateTargetMachine(target, llvm.triple, llvm.processor, llvm.features,
                                            2 /* default level */, 0, 1 /* for a JIT */);
  handle layout = llvm.CreateTargetDataLayout(machine);
  llvm.SetTarget(module, llvm.triple);
  llvm.SetModuleDataLayout(module, layout);
  llvm.DisposeTargetData(layout);
  for (handle f = llvm.GetFirstFunction(module); f; f = llvm.GetNextFunction(f)) {
    if (llvm.IsDeclaration(f)) continue;
    llvm.AddTargetDependentFunctionAttr(f, "target-cpu", llvm.processor);
    llvm.AddTargetDependentFunctionAttr(f, "target-features", llvm.features);
  }
  handle options = llvm.CreatePassBuilderOptions();
  handle error = llvm.RunPasses(module, passes, machine, options);
  llvm.DisposePassBuilderOptions(options);
  llvm.DisposeTargetMachine(machine);
  if (error) {
    char *why = llvm.GetErrorMessage(error);
    llvm.DisposeModule(module);
    descent_code *none = failed(context, "the code cannot be optimised", why, message);
    llvm.DisposeErrorMessage(why);
    return none;
  }

  struct mcjit_options jit;
  llvm.InitializeMCJITCompilerOptions(&jit, sizeof jit);
  jit.opt_level = 2;
  handle engine = NULL;
  if (llvm.CreateMCJITCompilerForModule(&engine, module, &jit, sizeof jit, &detail)) {
    llvm.DisposeModule(module);
    return failed(context, "there is no compiler", detail, message);
  }
  for (size_t k = 0; k < count; k++) {
    handle function = llvm.GetNamedFunction(module, symbols[k].name);
    if (function) llvm.AddGlobalMapping(engine, function, (void *)symbols[k].address);
  }
  descent_code *code = malloc(sizeof *code);
  if (!code) {
    llvm.DisposeExecutionEngine(engine);
    return failed(context, "there is no memory", NULL, message);
  }
  code->context = context;
  code->engine = engine;
  return code;
}

void *descent_native_function(descent_code *code, const char *name) {
  return (void *)(uintptr_t)llvm.GetFunctionAddress(code->engine, name);
}

void descent_native_release(descent_code *code) {
  llvm.DisposeExecutionEngine(code->engine);
  llvm.ContextDispose(code->context);
  free(code);
}

void descent_native_free(char *message) { free(message); }
