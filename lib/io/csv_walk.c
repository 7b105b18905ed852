// csv_walk.c - opens a CSV file beside the line file and walks over its cells.

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/format.h"
#include "base/hash.h"
#include "io/csv_inner.h"
#include "io/json.h"

void tw_csv_report(tw_csv_walk *walk, const char *code, int32_t line, int32_t column,
                   const char *hint, const char *format, ...) {
  char message[TW_CSV_MESSAGE_BYTES];
  va_list args;
  va_start(args, format);
  tw_vformat(message, sizeof message, format, args);
  va_end(args);
  walk->is_good = false;
  // It stands where the file does not, but has the pointer of the object that names the file.
  tw_node place = *walk->node;
  place.file = walk->path;
  place.line = line;
  place.column = column;
  tw_node_problem(walk->reader->problems, walk->path, &place, code, NULL, NULL, hint, "%s",
                  message);
}

// Counts characters, not bytes, as problems of the line file do; goes on where it stopped.
static int32_t count_column(tw_csv_walk *walk) {
  if (walk->counted < walk->line_begin) {
    walk->counted = walk->line_begin;
    walk->column = 1;
  }
  for (; walk->counted < walk->at; walk->counted++)
    if (((unsigned char)*walk->counted & 0xc0) != 0x80) walk->column++;
  return walk->column;
}

static void begin_line(tw_csv_walk *walk) {
  walk->line++;
  walk->line_begin = walk->at;
}

static void add_byte(tw_csv_cell *cell, char c) {
  TW_ASSERT(cell->n <= TW_CSV_CELL_MAX);
  if (cell->n == TW_CSV_CELL_MAX) {
    cell->is_cut = true;
    return;
  }
  // A NUL would hide what follows it, and control characters have no place in messages.
  cell->text[cell->n++] = (unsigned char)c < 0x20 || c == 0x7f ? '?' : c;
}

// Reads what stands in quotes; a doubled quote is one. False when they are not closed.
static bool read_quoted(tw_csv_walk *walk, tw_csv_cell *cell) {
  TW_ASSERT(*walk->at == '"');
  walk->at++;
  while (walk->at < walk->end) {
    const char c = *walk->at++;
    if (c == '"') {
      if (walk->at == walk->end || *walk->at != '"') return true;
      walk->at++;
    }
    if (c == '\n') begin_line(walk);
    add_byte(cell, c);
  }
  return false;
}

bool tw_csv_is_line_end(const tw_csv_walk *walk) {
  if (walk->at == walk->end || *walk->at == '\n') return true;
  return *walk->at == '\r' && walk->at + 1 < walk->end && walk->at[1] == '\n';
}

void tw_csv_read_cell(tw_csv_walk *walk, tw_csv_cell *cell) {
  cell->n = 0;
  cell->is_cut = cell->is_open = false;
  cell->line = walk->line;
  cell->column = count_column(walk);
  if (walk->at < walk->end && *walk->at == '"' && !read_quoted(walk, cell)) {
    cell->is_open = true;
    tw_csv_report(walk, "E-TYPE", cell->line, cell->column, NULL, "a quoted cell is not closed");
  }
  while (!tw_csv_is_line_end(walk) && *walk->at != walk->separator) add_byte(cell, *walk->at++);
  cell->text[cell->n] = 0;
}

void tw_csv_end_line(tw_csv_walk *walk) {
  TW_ASSERT(tw_csv_is_line_end(walk));
  if (walk->at < walk->end && *walk->at == '\r') walk->at++;
  if (walk->at < walk->end) walk->at++;
  begin_line(walk);
}

bool tw_csv_find_record(tw_csv_walk *walk) {
  while (walk->at < walk->end && tw_csv_is_line_end(walk)) tw_csv_end_line(walk);
  return walk->at < walk->end;
}

const char *tw_csv_trim(tw_csv_cell *cell) {
  while (cell->n > 0 && cell->text[cell->n - 1] == ' ') cell->text[--cell->n] = 0;
  const char *text = cell->text;
  while (*text == ' ') text++;
  return text;
}

static bool check_path(const tw_reader *reader, const tw_node *node, const char *path) {
  bool is_good = path[0] != 0 && path[0] != '/' && strchr(path, '\\') == NULL;
  for (const char *at = path; at != NULL && *at != 0 && is_good; at = strchr(at, '/')) {
    if (*at == '/') at++;
    if (strncmp(at, "..", 2) == 0 && (at[2] == 0 || at[2] == '/')) is_good = false;
  }
  if (is_good) return true;
  tw_reader_problem(reader, tw_node_member(node, "csv"), "E-RANGE", NULL, "e.g. \"times.csv\"",
                    "files stand in the folder of the line file or below it");
  return false;
}

// Mixes a file into the hashes of the line: into that of the text in the order of reading, into
// that of the meaning by name, because there the order of members does not count.
static void mix_hash(const tw_reader *reader, const char *file, const char *bytes, size_t n) {
  if (reader->hash != NULL) *reader->hash = tw_hash_bytes(*reader->hash, bytes, n);
  if (reader->file_hash != NULL)
    *reader->file_hash += tw_hash_bytes(tw_hash_text(TW_HASH_SEED, file), bytes, n);
}

// Reads the bytes; why that failed is said at the name in the line file.
static const char *read_bytes(const tw_reader *reader, const tw_node *node, const char *path,
                              size_t *n) {
  twin_problems *problems = tw_problems_new(&reader->arena->memory);
  const char *bytes = tw_file_read(path, TW_JSON_BYTES_MAX, n, reader->arena, problems);
  if (bytes == NULL) {
    twin_problem problem = {.struct_size = sizeof problem, .message = "the file cannot be read"};
    (void)twin_problems_get(problems, 0, &problem);
    tw_reader_problem(reader, tw_node_member(node, "csv"), "E-FILE", NULL, NULL, "%s",
                      problem.message);
  }
  twin_problems_free(problems);
  return bytes;
}

bool tw_csv_open(tw_csv_walk *walk, const tw_reader *reader, const tw_node *node, const char *file,
                 char separator) {
  TW_ASSERT(walk != NULL && reader != NULL && node != NULL && file != NULL);
  if (!check_path(reader, node, file)) return false;
  const char *folder = reader->folder != NULL ? reader->folder : ".";
  const char *path = tw_arena_print(reader->arena, "%s/%s", folder, file);
  size_t n = 0;
  const char *bytes = tw_csv_kept(node, file, &n);
  if (bytes == NULL && path != NULL) {
    bytes = read_bytes(reader, node, path, &n);
    if (bytes != NULL) tw_csv_keep(reader, node, file, bytes, n);
  }
  if (bytes == NULL) return false;
  mix_hash(reader, file, bytes, n);
  const size_t n_mark = n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  *walk = (tw_csv_walk){.reader = reader,
                        .node = node,
                        .path = file,
                        .separator = separator,
                        .at = bytes + n_mark,
                        .end = bytes + n,
                        .line = 1,
                        .line_begin = bytes + n_mark,
                        .counted = bytes + n_mark,
                        .column = 1,
                        .is_good = true};
  return true;
}
