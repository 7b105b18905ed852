// state_json.h - the state of a run as JSON, by name: for people who want to read it, for programs
// that want to change it, for moving it to another build. Everything follows from the state tables:
// each section of the block is an object of records by name, each record an object of its fields.
// Derived fields are left out and counted again when the text is read.
//
//   {"libtwin_state": 1, "line": "shaft-line", "line_hash": "...", "units": {"mode.left": "us",
//   ...},
//    "head": {"now_us": 1000000, ...}, "machine": {"cnc[1]": {"phase": "process", "part": 17,
//    ...}}, "buffer": {"b1": {...}}, "event_us": {"cnc[1]/work": 1200000}, "part": {"17": {"slot":
//    3, "type": "shaft-A", ...}}, "free_slots": [[0, 2]], "marked": []}
//
// Indices are names, parts are their ids, none is null. Instants and durations are whole
// microseconds, written exactly; a number beyond 2^53 is a text of digits. A field whose name does
// not end in its unit has it in "units".

#ifndef TW_IO_STATE_JSON_H
#define TW_IO_STATE_JSON_H

#include "state/names.h"

// Writes a run's state. False when memory is short.
bool tw_state_write(const tw_run *run, tw_text *out);

// Takes a state over: what the text says replaces what the run has, what it leaves out stays.
// "part", "event_us", "marked" and "free_slots" replace the whole list where they are given.
// Without "marked" the line settles at once. A text that is no state of this line, or gives one
// that no run could have, is refused and leaves the run untouched.
twin_status tw_state_read(tw_run *run, const char *text, size_t n_bytes, const char *file,
                          twin_problems *problems);

// Prints one value of a state, as it stands in the text.
void tw_state_print(const tw_run *run, const tw_name_book *book, const tw_state_field *field,
                    const char *at, tw_text *out);

// Numbers up to here are kept exactly by every reader of JSON.
#define TW_EXACT_MAX ((int64_t)1 << 53)

// Prints a whole number: null for INT64_MAX (never, none), a text of digits beyond TW_EXACT_MAX.
void tw_state_print_i64(int64_t value, tw_text *out);

#endif
