// json_scan.h - a strict scanner of JSON that keeps no values: it says whether a text is JSON by
// the letter of RFC 8259, where the first mistake is, and where each value begins. For json_in.c
// only.

#ifndef TW_IO_JSON_SCAN_H
#define TW_IO_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

// One value, in the order in which values begin in the text (an object before its members).
typedef struct tw_json_place {
  uint32_t offset, n_bytes;  // n_bytes only of numbers
  int32_t line, column;      // from 1, in characters
  int32_t key_line, key_column;  // of a member's name; 0 in lists and at the root
} tw_json_place;

typedef struct tw_json_scan {
  tw_json_place *place;  // [n_place]
  size_t n_place, capacity;
  bool is_out_of_memory;
  int32_t line, column;  // of the mistake
  char message[128];     // "" when the text is JSON
  const char *hint;
  const tw_memory *memory;  // set by whoever scans; NULL: the C library's
} tw_json_scan;

// Scans n_bytes of text. Returns true when it is JSON within the limits of json.h.
bool tw_json_scan_text(tw_json_scan *scan, const char *text, size_t n_bytes);

void tw_json_scan_free(tw_json_scan *scan);

#endif
