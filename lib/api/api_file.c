// api_file.c - run files open for reading: their tables, whole or in pieces, and as streams that
// read piece by piece. What a table's columns are, and the names that they count, is read once for
// each table (its head), and shared by all its pieces.

#include <sched.h>

#include "api/file.h"
#include "base/assert.h"
#include "io/signals_in.h"

// Rows of a stream's piece where the caller has no wish: some megabytes.
enum { PIECE_ROWS = 65536 };

struct twin_file {
  atomic_int n_holder;
  atomic_flag guard;
  tw_run_reader *reader;
  twin_table *head[TW_TABLE_N];  // NULL: not asked for yet
};

static twin_file *own_of(const twin_file *file) { return (twin_file *)(uintptr_t)file; }

tw_run_reader *tw_file_begin(const twin_file *file) {
  while (atomic_flag_test_and_set_explicit(&own_of(file)->guard, memory_order_acquire))
    sched_yield();
  return file->reader;
}

void tw_file_end(const twin_file *file) {
  atomic_flag_clear_explicit(&own_of(file)->guard, memory_order_release);
}

static const tw_memory *memory_of(const twin_file *file) {
  return tw_run_reader_memory(file->reader);
}

static twin_file *hold(const twin_file *file) {
  atomic_fetch_add_explicit(&own_of(file)->n_holder, 1, memory_order_relaxed);
  return own_of(file);
}

static twin_status open_with(twin_file **file, const char *path, const tw_memory *memory,
                             twin_problems *problems) {
  twin_file *made = tw_memory_zeroed(memory, 1, sizeof *made);
  if (made == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory to read a run file");
  atomic_init(&made->n_holder, 1);
  atomic_flag_clear(&made->guard);
  const twin_status status = tw_run_reader_open_with(&made->reader, path, memory, problems);
  if (status == TWIN_OK)
    *file = made;
  else
    tw_memory_free(memory, made);
  return status;
}

twin_status twin_file_open(twin_file **file, const char *path, twin_problems *problems) {
  if (file == NULL || path == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "file or path are missing");
  return open_with(file, path, NULL, problems);
}

twin_status twin_file_open_with(twin_file **file, const char *path, const twin_host *host,
                                twin_problems *problems) {
  tw_host own;
  if (file == NULL || path == NULL || !tw_host_take(&own, host))
    return tw_fail(problems, TWIN_ERR_ARGUMENT,
                   "file or path are missing, or the host is incomplete");
  return open_with(file, path, &own.memory, problems);
}

void twin_file_close(twin_file *file) {
  if (file == NULL) return;
  const int n_before = atomic_fetch_sub_explicit(&file->n_holder, 1, memory_order_acq_rel);
  TW_ASSERT(n_before > 0);
  if (n_before > 1) return;
  for (int32_t i = 0; i < TW_TABLE_N; i++) twin_table_unref(file->head[i]);
  const tw_memory memory = *memory_of(file);
  tw_run_reader_close(file->reader);
  tw_memory_free(&memory, file);
}

int32_t twin_file_is_complete(const twin_file *file) {
  return file != NULL && tw_run_reader_is_complete(file->reader);
}

const char *twin_file_line_json(const twin_file *file) {
  return file != NULL ? tw_run_reader_line_json(file->reader) : "";
}

int64_t twin_file_rows(const twin_file *file, const char *name) {
  if (file == NULL || name == NULL) return -1;
  const int64_t n = tw_run_reader_rows(tw_file_begin(file), name);
  tw_file_end(file);
  return n;
}

static twin_column_type public_type(tw_column_type type) {
  switch (type) {
    case TW_COLUMN_I32: return TWIN_COLUMN_INT32;
    case TW_COLUMN_I64: return TWIN_COLUMN_INT64;
    case TW_COLUMN_U64: return TWIN_COLUMN_UINT64;
    case TW_COLUMN_F64: return TWIN_COLUMN_DOUBLE;
    case TW_COLUMN_NAME: return TWIN_COLUMN_NAME;
  }
  return TWIN_COLUMN_NONE;
}

// The table without rows. Units are the file's, explanations the library's; its texts are copied,
// since it may outlive the file. A unit "1" of names says nothing.
static twin_status make_head(const tw_run_reader *reader, int32_t table_i, twin_table **head,
                             twin_problems *problems) {
  const tw_column_table *of = &tw_column_tables[table_i];
  twin_table *made = tw_table_new(of->name, 0, tw_run_reader_memory(reader));
  const tw_stored_column *column;
  for (int32_t i = 0; made != NULL && (column = tw_run_reader_column(reader, of->name, i)) != NULL;
       i++) {
    const twin_column_type type = public_type(column->type);
    const bool has_names = type == TWIN_COLUMN_NAME;
    const char *name = tw_arena_text(&made->arena, column->name);
    const char *unit = tw_arena_text(&made->arena, has_names ? "" : column->unit);
    if (name == NULL || unit == NULL) break;
    tw_table_add(made, name, unit, of->column[i].help, type);
    if (has_names) tw_table_set_names(made, column->words.at, column->words.n);
  }
  if (made != NULL) made->help = of->help;
  return tw_table_give(made, true, head, problems);
}

// The head of a table by its name; the file's.
static twin_status find_head(twin_file *file, const char *table, twin_table **head,
                             twin_problems *problems) {
  const int32_t i = tw_column_table_find(table);
  if (i < 0 || tw_run_reader_column(file->reader, table, 0) == NULL)
    return tw_fail(problems, TWIN_ERR_NOT_FOUND,
                   "the file has no table \"%s\"; \"record\" in the line says what is kept", table);
  if (file->head[i] == NULL) {
    const twin_status status = make_head(file->reader, i, &file->head[i], problems);
    if (status != TWIN_OK) return status;
  }
  *head = file->head[i];
  return TWIN_OK;
}

// Rows of a table that are there, read straight into where they stay.
static twin_status read_rows(const tw_run_reader *reader, twin_table *head, int64_t first,
                             int64_t n, twin_table **table, twin_problems *problems) {
  twin_table *made = tw_table_like(head, n);
  const bool has_memory = made != NULL && !made->arena.is_out_of_memory;
  twin_status status = TWIN_OK;
  for (int32_t i = 0; has_memory && i < made->n_column && status == TWIN_OK; i++)
    status = tw_run_reader_read(reader, head->name, made->column[i].name, first, n,
                                made->column[i].values, problems);
  if (status == TWIN_OK) return tw_table_give(made, has_memory, table, problems);
  twin_table_unref(made);
  return status;
}

static twin_status refuse_rows(const char *name, int64_t n_row, int64_t first, int64_t n,
                               twin_problems *problems) {
  return tw_fail(problems, TWIN_ERR_ARGUMENT, "\"%s\" has %lld rows, not %lld from %lld on", name,
                 (long long)n_row, (long long)n, (long long)first);
}

twin_status twin_file_table(const twin_file *file, const char *name, int64_t first, int64_t n,
                            twin_table **table, twin_problems *problems) {
  if (file == NULL || name == NULL || table == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "file, name or table are missing");
  const tw_run_reader *reader = tw_file_begin(file);
  twin_table *head = NULL;
  twin_status status = find_head(own_of(file), name, &head, problems);
  if (status == TWIN_OK) {
    const int64_t n_row = tw_run_reader_rows(reader, name);
    if (first < 0 || first > n_row || n > n_row - first)
      status = refuse_rows(name, n_row, first, n, problems);
    else
      status = read_rows(reader, head, first, n < 0 ? n_row - first : n, table, problems);
  }
  tw_file_end(file);
  return status;
}

// Rows of a table that a stream has not given yet.
typedef struct pieces {
  twin_file *file;
  twin_table *head;  // the file's
  int64_t next, end, n_each;
} pieces;

static twin_status next_piece(void *self, twin_table **table, twin_problems *problems) {
  pieces *of = self;
  if (of->next == of->end) return TWIN_OK;
  const int64_t n = of->end - of->next < of->n_each ? of->end - of->next : of->n_each;
  const tw_run_reader *reader = tw_file_begin(of->file);
  const twin_status status = read_rows(reader, of->head, of->next, n, table, problems);
  tw_file_end(of->file);
  if (status == TWIN_OK) of->next += n;
  return status;
}

static void free_pieces(void *self) {
  pieces *of = self;
  const tw_memory memory = *memory_of(of->file);
  twin_file_close(of->file);
  tw_memory_free(&memory, of);
}

twin_status twin_file_arrow(twin_file *file, const char *name, int64_t n, int64_t rows_each,
                            struct ArrowArrayStream *out, twin_problems *problems) {
  if (file == NULL || name == NULL || out == NULL || rows_each < 0)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "file, name, out or rows_each are not good");
  twin_table *head = NULL;
  const tw_run_reader *reader = tw_file_begin(file);
  twin_status status = find_head(own_of(file), name, &head, problems);
  const int64_t n_row = status == TWIN_OK ? tw_run_reader_rows(reader, name) : 0;
  tw_file_end(file);
  if (status == TWIN_OK && n > n_row)
    status = refuse_rows(name, n_row, 0, n, problems);
  if (status != TWIN_OK) return status;
  pieces *of = tw_memory_take(memory_of(file), sizeof *of);
  if (of == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a stream");
  *of = (pieces){.file = hold(file),
                 .head = head,
                 .end = n < 0 ? n_row : n,
                 .n_each = rows_each > 0 ? rows_each : PIECE_ROWS};
  status = tw_table_stream(out, head, &(tw_table_source){of, next_piece, free_pieces});
  if (status == TWIN_OK) return TWIN_OK;
  free_pieces(of);
  return tw_fail(problems, status, "no memory for a stream");
}

typedef struct signal_rows {
  const tw_stored_signals *list;
  tw_text *name;
} signal_rows;

static const char *signal_name(const void *user, int32_t i) {
  const signal_rows *of = user;
  tw_text_clear(of->name);
  tw_stored_signal_name(of->list, i, of->name);
  return of->name->at;
}

static const char *signal_unit(const void *user, int32_t i) {
  return ((const signal_rows *)user)->list->at[i].unit;
}

static twin_status give_signals(const tw_stored_signals *list, twin_table **table,
                                twin_problems *problems) {
  tw_text name = {.memory = list->memory};
  const signal_rows of = {list, &name};
  twin_table *made = tw_table_new("recorded signals", list->n, list->memory);
  if (made == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a table");
  int32_t *replication = tw_table_add_ints(made, "replication");
  tw_table_add_names(made, "signal", signal_name, &of);
  tw_table_add_names(made, "unit", signal_unit, &of);
  int64_t *n_row = tw_table_add_counts(made, "rows");
  for (int32_t i = 0; i < list->n && !made->arena.is_out_of_memory; i++) {
    replication[i] = list->at[i].replication;
    n_row[i] = list->at[i].n_row;
  }
  const bool is_good = !name.is_out_of_memory;
  tw_text_free(&name);
  return tw_table_give(made, is_good, table, problems);
}

twin_status twin_file_signals(const twin_file *file, twin_table **table, twin_problems *problems) {
  if (file == NULL || table == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "file or table are missing");
  tw_stored_signals list;
  twin_status status = tw_stored_signals_read(&list, tw_file_begin(file), problems);
  if (status == TWIN_OK) {
    status = give_signals(&list, table, problems);
    tw_stored_signals_free(&list);
  }
  tw_file_end(file);
  return status;
}
