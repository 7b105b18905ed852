// json.h - JSON in and out: cJSON reads, a small scanner adds the line and column of every value.
// The only home of cJSON; its one global is kept behind an atomic guard.

#ifndef TW_IO_JSON_H
#define TW_IO_JSON_H

#include "base/limits.h"
#include "base/units.h"
#include "field/tree.h"

// Reads a text as a tree. Reports E-JSON: not JSON, duplicate key, trailing text, too deep, too
// large, invalid UTF-8, NUL inside, a number beyond the range of a double. Returns NULL then.
// Columns count characters (code points), not bytes; a byte order mark at the start is skipped.
// Where memory was short the arena says so too.
tw_node *tw_json_read(const char *text, size_t n_bytes, const char *file, tw_arena *arena,
                      twin_problems *problems);

// Reads a file whole. The bytes come from the arena. NULL with a problem (TWIN_ERR_IO) on failure.
char *tw_file_read(const char *path, size_t n_bytes_max, size_t *n_bytes, tw_arena *arena,
                   twin_problems *problems);

// tw_reader.read_column for CSV tables beside the line file.
struct tw_reader;
struct tw_csv_values;
bool tw_csv_read_column(const struct tw_reader *reader, const tw_node *csv, tw_dim dim,
                        struct tw_csv_values *column);

// tw_reader.read_table. Refuses what is no text, open quotes, rows of another length than the first.
struct tw_text_table;
bool tw_csv_read_table(const struct tw_reader *reader, const tw_node *node, const char *file,
                       char separator, struct tw_text_table *table);

#endif
