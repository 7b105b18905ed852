// log_json.h - a log of operations as JSON lines: a head, then one operation a line.
//
//   {"libtwin_log": 1, "line_hash": "...", "start_us": 0, "start_hash": "...", "fields":
//   {"head.now_us": "9f3a01c2", ...}}
//   {"op": "order_add", "at_us": 0, "place": "b1", "part_type": "shaft", "quantity": 3, "due_us":
//   null,
//    "priority": 0, "status": 0, "hash": "...", "changed": {"buffer.n": "01c29f3a", ...}}

#ifndef TW_IO_LOG_JSON_H
#define TW_IO_LOG_JSON_H

#include "state/log.h"

// Writes a log. False when memory is short.
bool tw_op_log_write(const tw_op_log *log, tw_text *out);

// Reads a log of a line, which the caller frees. Errors: TWIN_ERR_SNAPSHOT with problems, whose lines
// are those of the text; TWIN_ERR_MEMORY.
twin_status tw_op_log_read(tw_line *line, const char *text, size_t n_bytes, tw_op_log **log,
                           twin_problems *problems);

#endif
