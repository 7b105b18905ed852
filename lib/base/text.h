// text.h - growing texts and numbers without the locale: 2.6 is 2.6 under every LC_NUMERIC.

#ifndef TW_BASE_TEXT_H
#define TW_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

// A growing text, zero-terminated after every call. Zero-initialise all but `memory` before use.
typedef struct tw_text {
  char *at;
  size_t n;         // bytes without the terminator
  size_t capacity;
  bool is_out_of_memory;
  const tw_memory *memory;  // where it grows; NULL: the C library's
} tw_text;

void tw_text_free(tw_text *text);
void tw_text_clear(tw_text *text);
void tw_text_add(tw_text *text, const char *piece);
void tw_text_add_n(tw_text *text, const char *piece, size_t n);
void tw_text_print(tw_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tw_text_vprint(tw_text *text, const char *format, va_list args);

// Adds the shortest decimal that reads back as the same double ("0.1", "1e+300").
void tw_text_add_number(tw_text *text, double number);

// Adds a JSON string with quotes and escapes.
void tw_text_add_json(tw_text *text, const char *piece);

// Reads a decimal number as JSON and people write it (no hex, no inf, no nan, no leading '+').
// Returns the count of characters used, 0 when `text` does not begin with a number. Correctly rounded.
size_t tw_number_read(const char *text, double *number);

// Writes the shortest round-trip form into buffer (at least 32 bytes); returns the length.
size_t tw_number_write(char *buffer, double number);

// Bytes of the well-formed UTF-8 character at the beginning of n bytes: no overlong forms, no
// surrogates; 0 for none.
size_t tw_utf8_length(const char *at, size_t n);

// Gives the name nearest to `word` by edit distance, of equally near ones the first from which letters
// were left out; NULL when none is near enough to help.
const char *tw_text_nearest(const char *word, const char *const *names, size_t n_name);

#endif
