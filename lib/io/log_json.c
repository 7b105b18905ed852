// log_json.c - see log_json.h. Arguments are written by the names that state/ops.inl gives them, indices
// by the names of the line.

#include "io/log_json.h"

#include <stdio.h>
#include <string.h>

#include "base/problems.h"
#include "io/json.h"
#include "io/state_json.h"
#include "io/state_json_inner.h"
#include "state/names.h"

static void add_hash(tw_text *out, const char *key, uint64_t hash) {
  tw_text_print(out, ", \"%s\": \"%016llx\"", key, (unsigned long long)hash);
}

static void add_field(const tw_line *line, const tw_op_log_change *change, bool is_first,
                      tw_text *out) {
  tw_text_add(out, is_first ? "\"" : ", \"");
  tw_field_name(line, change->field, out);
  tw_text_print(out, "\": \"%08x\"", (unsigned)change->hash);
}

static void add_entry(const tw_op_log *log, const tw_name_book *book, uint32_t i, tw_text *out) {
  const tw_op_log_entry *entry = &log->entry[i];
  const tw_op_argument *argument = tw_op_arguments(entry->op.code);
  tw_text_print(out, "{\"op\": \"%s\", \"at_us\": ", tw_op_name(entry->op.code));
  tw_state_print_i64(entry->at_us, out);
  for (int32_t k = 0; k < TW_OP_ARGUMENTS && argument[k].name != NULL; k++) {
    const char *name = tw_name_of(book, argument[k].bound, entry->op.argument[k]);
    tw_text_print(out, ", \"%s\": ", argument[k].name);
    if (name != NULL)
      tw_text_add_json(out, name);
    else
      tw_state_print_i64(entry->op.argument[k], out);
  }
  tw_text_print(out, ", \"status\": %d", (int)entry->status);
  add_hash(out, "hash", entry->hash);
  tw_text_add(out, ", \"changed\": {");
  for (uint32_t k = 0; k < entry->n_change; k++)
    add_field(log->line, &log->change[entry->first_change + k], k == 0, out);
  tw_text_add(out, "}}\n");
}

bool tw_op_log_write(const tw_op_log *log, tw_text *out) {
  tw_name_book book;
  const bool is_named = tw_name_book_open(&book, log->line);
  tw_text_add(out, "{\"libtwin_log\": 1");
  add_hash(out, "line_hash", log->line->hash);
  tw_text_add(out, ", \"start_us\": ");
  tw_state_print_i64(log->start_us, out);
  add_hash(out, "start_hash", log->start_hash);
  tw_text_add(out, ", \"fields\": {");
  for (uint32_t i = 0; i < log->n_field; i++) {
    const tw_op_log_change at_start = {i, log->start_field[i]};
    add_field(log->line, &at_start, i == 0, out);
  }
  tw_text_add(out, "}}\n");
  for (uint32_t i = 0; i < log->n_entry && is_named; i++) add_entry(log, &book, i, out);
  tw_name_book_close(&book);
  return is_named && !out->is_out_of_memory;
}

// ---- in ----------------------------------------------------------------------------------------

typedef struct log_reader {
  tw_state_reader in;  // what reads states reads names and numbers of logs, too
  tw_op_log *log;
  const char **field;  // [n_field] names
  tw_index fields;
  bool is_out_of_memory;
} log_reader;

static void run_out_of_memory(log_reader *reader) {
  reader->in.is_good = false;
  reader->is_out_of_memory = true;
}

static bool read_hex(const tw_node *node, uint64_t *value) {
  if (node == NULL || node->type != TW_NODE_TEXT || node->text[0] == '\0') return false;
  *value = 0;
  size_t n = 0;
  for (const char *at = node->text; *at != '\0'; at++, n++) {
    const char c = *at;
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0 || n >= 16) return false;
    *value = *value << 4 | (uint64_t)digit;
  }
  return true;
}

static uint64_t read_hash(log_reader *reader, const tw_node *root, const char *key) {
  uint64_t value = 0;
  const tw_node *node = tw_node_member(root, key);
  if (!read_hex(node, &value))
    tw_state_report(&reader->in, node != NULL ? node : root, "E-TYPE", NULL, NULL,
                    "\"%s\" is no hash", key);
  return value;
}

static int64_t read_number(log_reader *reader, const tw_node *root, const char *key) {
  int64_t value = 0;
  const tw_node *node = tw_node_member(root, key);
  if (node != NULL && node->type == TW_NODE_NULL) return INT64_MAX;
  if (node == NULL || !tw_state_read_i64(node, &value))
    tw_state_report(&reader->in, node != NULL ? node : root, "E-TYPE", NULL, NULL,
                    "\"%s\" is missing or no whole number", key);
  return value;
}

// Hashes by name of field, into the log's start or the changes of its last entry.
static void read_fields(log_reader *reader, const tw_node *node, uint32_t *start) {
  if (node == NULL || node->type != TW_NODE_OBJECT) return;
  for (const tw_node *item = node->first; item != NULL && reader->in.is_good; item = item->next) {
    uint64_t hash = 0;
    const int32_t field = tw_index_find(&reader->fields, item->key);
    if (field < 0)
      tw_state_report(&reader->in, item, "E-KEY", NULL, NULL, "the state has no field \"%.80s\"",
                      item->key);
    else if (!read_hex(item, &hash) || hash > UINT32_MAX)
      tw_state_report(&reader->in, item, "E-TYPE", NULL, NULL, "this is no hash of a field");
    else if (start != NULL)
      start[field] = (uint32_t)hash;
    else if (!tw_op_log_add_change(reader->log,
                                   (tw_op_log_change){(uint32_t)field, (uint32_t)hash}))
      run_out_of_memory(reader);
  }
}

static void read_head(log_reader *reader, const tw_node *root) {
  int64_t version = 0;
  const tw_node *node = tw_node_member(root, "libtwin_log");
  if (node == NULL || !tw_state_read_i64(node, &version) || version != 1) {
    tw_state_report(&reader->in, root, "E-KEY", "\"libtwin_log\": 1", NULL, "this is no log");
    return;
  }
  if (read_hash(reader, root, "line_hash") != reader->log->line->hash)
    tw_state_report(&reader->in, root, "E-REF", NULL, NULL, "the log is of another line");
  reader->log->start_us = read_number(reader, root, "start_us");
  reader->log->start_hash = read_hash(reader, root, "start_hash");
  read_fields(reader, tw_node_member(root, "fields"), reader->log->start_field);
}

static int64_t find_op(const tw_node *node) {
  if (node == NULL || node->type != TW_NODE_TEXT) return -1;
  for (int64_t code = 0; code < TW_OP_N; code++)
    if (strcmp(tw_op_name(code), node->text) == 0) return code;
  return -1;
}

static void read_arguments(log_reader *reader, const tw_node *root, tw_op *op) {
  const tw_op_argument *argument = tw_op_arguments(op->code);
  for (int32_t k = 0; k < TW_OP_ARGUMENTS && argument[k].name != NULL; k++) {
    const tw_node *node = tw_node_member(root, argument[k].name);
    if (node != NULL && node->type == TW_NODE_TEXT && reader->in.book.of[argument[k].bound].n > 0)
      op->argument[k] = tw_state_find_name(&reader->in, node, argument[k].bound, node->text);
    else
      op->argument[k] = read_number(reader, root, argument[k].name);
  }
}

static void read_entry(log_reader *reader, const tw_node *root) {
  tw_op_log_entry entry = {.op = {.code = find_op(tw_node_member(root, "op"))}};
  if (root->type != TW_NODE_OBJECT || entry.op.code < 0) {
    tw_state_report(&reader->in, root, "E-REF", NULL, NULL, "this is no operation on a run");
    return;
  }
  read_arguments(reader, root, &entry.op);
  entry.at_us = read_number(reader, root, "at_us");
  entry.status = (int32_t)read_number(reader, root, "status");
  entry.hash = read_hash(reader, root, "hash");
  if (!tw_op_log_add(reader->log, &entry))
    run_out_of_memory(reader);
  else
    read_fields(reader, tw_node_member(root, "changed"), NULL);
}

static bool name_fields(log_reader *reader) {
  const uint32_t n = reader->log->n_field;
  reader->field = tw_arena_take_array(&reader->in.arena, n, sizeof *reader->field);
  for (uint32_t i = 0; i < n && reader->field != NULL; i++) {
    tw_text name = {.memory = &reader->in.arena.memory};
    tw_field_name(reader->log->line, i, &name);
    reader->field[i] = tw_arena_text(&reader->in.arena, name.at != NULL ? name.at : "");
    tw_text_free(&name);
    if (reader->field[i] == NULL) return false;
  }
  return reader->field != NULL &&
         tw_index_build(&reader->fields, reader->field, (int32_t)n, &reader->in.arena);
}

// One line of the text; the problems of its tree name the line.
static void read_line(log_reader *reader, const char *text, size_t n, int32_t number) {
  char file[32];
  snprintf(file, sizeof file, "log, line %d", (int)number);
  tw_arena arena;
  tw_arena_init_with(&arena, &reader->in.arena.memory);
  reader->in.file = file;
  const tw_node *root = tw_json_read(text, n, file, &arena, reader->in.problems);
  if (root == NULL)
    reader->in.is_good = false;
  else if (number == 1)
    read_head(reader, root);
  else
    read_entry(reader, root);
  reader->in.file = "log";
  reader->is_out_of_memory |= arena.is_out_of_memory != 0;
  tw_arena_free(&arena);
}

twin_status tw_op_log_read(tw_line *line, const char *text, size_t n_bytes, tw_op_log **log,
                           twin_problems *problems) {
  log_reader reader = {.in = {.problems = problems, .file = "log", .is_good = true}};
  bool is_short = false;
  tw_arena_init_with(&reader.in.arena, tw_line_memory(line));
  reader.in.arena.memory.has_failed = &is_short;
  tw_arena_init(&reader.in.book.arena);
  reader.log = tw_op_log_new(line, NULL);
  if (reader.log == NULL || !tw_name_book_open(&reader.in.book, line) || !name_fields(&reader))
    run_out_of_memory(&reader);
  int32_t number = 0;
  for (size_t i = 0; i < n_bytes && reader.in.is_good;) {
    const char *end = memchr(text + i, '\n', n_bytes - i);
    const size_t n = end != NULL ? (size_t)(end - text) - i : n_bytes - i;
    if (n > 0) read_line(&reader, text + i, n, ++number);
    i += n + 1;
  }
  if (number == 0 && reader.in.is_good) {
    tw_fail(problems, TWIN_ERR_SNAPSHOT, "the log is empty");
    reader.in.is_good = false;
  }
  tw_name_book_close(&reader.in.book);
  tw_arena_free(&reader.in.arena);
  if (reader.in.is_good) {
    *log = reader.log;
    return TWIN_OK;
  }
  tw_op_log_free(reader.log);
  if (!reader.is_out_of_memory && !is_short) return TWIN_ERR_SNAPSHOT;
  return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for the log");
}
