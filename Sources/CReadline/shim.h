// GNU readline for Swift: its headers, and setters for the globals that Swift 6 will not touch.

#ifndef DESCENT_CREADLINE_SHIM_H
#define DESCENT_CREADLINE_SHIM_H

// Before readline's own headers, which use FILE without declaring it.
#include <stdio.h>

#include <readline/history.h>
#include <readline/readline.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

// What to complete with: see `rl_attempted_completion_function`.
typedef char **(*creadline_completion)(const char *text, int start, int end);

// Once, before the first line is read. `word_breaks` is called at each completion and returns the
// characters that end a word there, or NULL for readline's own.
static inline void creadline_start(const char *name, creadline_completion complete,
                                   char *(*word_breaks)(void)) {
  rl_readline_name = name;
  rl_attempted_completion_function = complete;
  rl_completion_word_break_hook = word_breaks;
  // Quotes are the completer's business: readline would close them too early or not at all.
  rl_completer_quote_characters = "";
  // Signals are ours, so that they mean the same at the prompt and while a command runs.
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_change_environment = 0;
  // Both would wait for a key where Ctrl-C is not heard. A person's own inputrc still wins.
  rl_variable_bind("completion-query-items", "1000");
  rl_variable_bind("page-completions", "off");
}

// Where the prompt and the line are shown: standard error if standard output is a file.
static inline void creadline_show_on_standard_error(void) { rl_outstream = stderr; }

// No file names of readline's own making where the completer has nothing to offer.
static inline void creadline_completion_is_over(void) { rl_attempted_completion_over = 1; }

// What follows a single match; 0 for nothing.
static inline void creadline_append(int character) {
  rl_completion_append_character = character;
  rl_completion_suppress_append = character == 0;
}

// List the last path component only.
static inline void creadline_matches_are_files(int yes) { rl_filename_completion_desired = yes; }

static inline const char *creadline_line(void) {
  return rl_line_buffer != NULL ? rl_line_buffer : "";
}

static inline int creadline_cursor(void) { return rl_point; }

// Puts the cursor after the line, so that what is printed next does not overwrite its tail.
static inline void creadline_move_to_end(void) {
  rl_point = rl_end;
  rl_redisplay();
}

// `SIG_DFL` is a macro with a cast, and the members of `sigaction` are named differently on each
// system; both are out of Swift's sight here. No SA_RESTART: a blocked read or poll shall return.
static inline int creadline_catch_signal(int signal, void (*handler)(int),
                                         struct sigaction *before) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_handler = handler;
  return sigaction(signal, &action, before);
}

static inline int creadline_default_signal(int signal, struct sigaction *before) {
  return creadline_catch_signal(signal, SIG_DFL, before);
}

// A signal that was ignored when the program started (nohup, a background job) stays ignored.
static inline int creadline_is_ignored(int signal) {
  struct sigaction action;
  return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

#endif
