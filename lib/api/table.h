// table.h - the public table inside: named columns of one length. Whoever makes one adds columns,
// fills in their values and seals it; from then on nothing in it changes, and holders on any thread
// read it without a lock. What a column says (names, unit, the dictionary for Arrow) may be another
// table's, which is then held: so the pieces of a long table share their names.

#ifndef TW_API_TABLE_H
#define TW_API_TABLE_H

#include <stdatomic.h>

#include "api/api.h"
#include "base/arena.h"

enum { TW_TABLE_COLUMNS = 64 };

typedef struct tw_table_column {
  const char *name, *unit, *help;
  int32_t type;  // twin_column_type
  int32_t n_name;
  bool has_twice;              // a name: seal refuses it
  const char *const *names;    // [n_name] of a column of names
  void *values;                // [n_row] of the type
  const unsigned char *known;  // a bit a row, 1: it has a name; NULL: all have
  int64_t n_null;              // rows without a name
  const char *metadata;        // as Arrow has it, NULL: none
  const int32_t *name_at;      // [n_name + 1] where the names begin in
  const char *name_bytes;
  const void *buffers[2];       // known and values
  const void *name_buffers[3];  // of the dictionary
} tw_table_column;

struct twin_table {
  atomic_int n_holder;
  bool is_sealed;
  bool has_intervals;  // of losses: beside each figure its half width
  tw_arena arena;
  twin_table *head;  // whose names these columns share; NULL: none
  const char *name, *help, *metadata;
  int64_t n_row;
  int32_t n_column;
  tw_table_column column[TW_TABLE_COLUMNS];
};

// name, memory: copied, since a table may outlive its line.
twin_table *tw_table_new(const char *name, int64_t n_row, const tw_memory *memory);

// What a column of a table of this name says, or the table itself (column NULL); NULL: nobody knows.
const char *tw_table_help(const char *table, const char *column);

// A table with the columns of a sealed one, which it holds, and rows of its own.
twin_table *tw_table_like(twin_table *head, int64_t n_row);

// Adding a column gives its values to fill in, NULL when memory is short; the arena remembers that.
// Texts are kept, not copied; help NULL: that of tw_table_help.
void *tw_table_add(twin_table *table, const char *name, const char *unit, const char *help,
                   twin_column_type type);
double *tw_table_add_doubles(twin_table *table, const char *name, const char *unit);
int32_t *tw_table_add_ints(twin_table *table, const char *name);
int64_t *tw_table_add_counts(twin_table *table, const char *name);

// name_of: the text of row i, NULL for none. Texts are copied.
void tw_table_add_names(twin_table *table, const char *name,
                        const char *(*name_of)(const void *user, int32_t i), const void *user);

// Gives the last column that was added the names that its values count; copied.
void tw_table_set_names(twin_table *table, const char *const *names, int32_t n);

// Checks what the table holds and makes it what it stays. TWIN_ERR_FILE: names or their indices are
// not good, with a problem that names the column.
twin_status tw_table_seal(twin_table *table, twin_problems *problems);

// Seals a table and gives it out; frees it when that fails, or when is_good is false for want of
// memory. table NULL counts as that too.
twin_status tw_table_give(twin_table *table, bool is_good, twin_table **out,
                          twin_problems *problems);

// Number of a column; -1: none.
int32_t tw_table_find(const twin_table *table, const char *name);

// Bytes of one value.
size_t tw_table_size(int32_t type);

// Where the tables of a stream come from, one piece behind the other, each like `head`. *table NULL
// with TWIN_OK: there is no more.
typedef struct tw_table_source {
  void *self;
  twin_status (*next)(void *self, twin_table **table, twin_problems *problems);
  void (*free)(void *self);
} tw_table_source;

// Makes an Arrow stream. source NULL: it has the rows of `head` alone. On failure the source stays
// the caller's.
twin_status tw_table_stream(struct ArrowArrayStream *out, twin_table *head,
                            const tw_table_source *source);

#endif
