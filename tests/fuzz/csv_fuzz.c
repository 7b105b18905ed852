// csv_fuzz.c - feeds any bytes as a CSV file to the reader of columns and to that of tables. The
// first byte chooses separator, decimal sign, header and unit, and whether a table is read as it
// is, as orders, or as a setup matrix of a whole line. Values that come out are finite; otherwise
// there is a problem.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twin/twin.h>
#include <unistd.h>

#include "field/field.h"
#include "field/text_table.h"
#include "io/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char *const texts[] = {
    "{\"csv\": \"%s\", \"column\": \"t\", \"unit\": \"min\"}",
    "{\"csv\": \"%s\", \"column\": \"t\"}",
    "{\"csv\": \"%s\", \"column\": \"2\", \"header\": false, \"unit\": \"s\"}",
    "{\"csv\": \"%s\", \"column\": \"b\", \"separator\": \";\", \"decimal\": \",\"}",
};

static void demand(bool is_so, const char *what) {
  if (is_so) return;
  fprintf(stderr, "%s\n", what);
  abort();
}

// Lines that read the file as a table.
#define LINE(source, setup) \
  "{\"libtwin\": \"1.0\", \"parts\": {\"a\": {}, \"b\": {}}, \"distributions\": {\"d\": \"1 min\"}, " \
  "\"sources\": {\"s\": {" source "}}, \"stations\": {\"m\": {\"type\": \"machine\", \"time\": " \
  "\"1 min\"" setup "}}, \"flow\": [[\"s\", \"m\", \"out\"]]}"
#define MATRIX(keys) \
  LINE("\"mix\": {\"a\": 1, \"b\": 1}", \
       ", \"setup\": {\"initial\": \"a\", \"matrix\": {\"csv\": \"%s\"" keys "}}")

static const char *const lines[] = {
    LINE("\"orders\": {\"csv\": \"%s\"}", ""),
    LINE(
        "\"orders\": {\"csv\": \"%s\", \"columns\": {\"part\": \"p\", \"due\": \"d\"}, \"separator\": "
        "\";\", \"decimal\": \",\", \"date\": \"%%d.%%m.%%Y %%H:%%M:%%S\"}",
        ""),
    MATRIX(""),
    MATRIX(", \"separator\": \";\", \"decimal\": \",\", \"unit\": \"min\""),
    LINE("\"sequence\": [\"a\"], \"every\": {\"empirical\": {\"csv\": \"%s\", \"column\": \"t\", \"unit\": \"min\"}}", ""),
    LINE("\"orders\": {\"csv\": \"%s\", \"separator\": \"\\t\"}", ""),
};

// Every row has as many cells as the first, every cell is a short text at a place of the file.
static void read_table(const char *name, char separator, size_t n_byte) {
  tw_arena arena;
  tw_arena_init(&arena);
  twin_problems *problems = twin_problems_new();
  const tw_reader reader = {.file = "f", .arena = &arena, .problems = problems};
  const tw_node node = {.type = TW_NODE_OBJECT, .line = 1, .column = 1};
  tw_text_table table = {0};
  const bool is_good = tw_csv_read_table(&reader, &node, name, separator, &table);
  demand(is_good == (twin_problems_count(problems, TWIN_ERROR) == 0), "good or not");
  demand(!is_good || (table.n_row > 0 && table.n_column > 0), "a table");
  for (int32_t i = 0; is_good && i < table.n_row; i++)
    for (int32_t k = 0; k < table.n_column; k++) {
      const tw_cell *cell = &table.row[i].cell[k];
      demand(strlen(cell->text) <= 255 && cell->column > 0 && (size_t)cell->column <= n_byte + 1,
             "a cell");
    }
  twin_problems_free(problems);
  tw_arena_free(&arena);
}

static void read_line(const char *name, const char *format) {
  char text[700];
  const int n = snprintf(text, sizeof text, format, name);
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  const twin_status status = twin_line_parse(&line, text, (size_t)n, NULL, problems);
  demand((status == TWIN_OK) == (twin_problems_count(problems, TWIN_ERROR) == 0),
         "a line or why not");
  demand((status == TWIN_OK) == (line != NULL), "a line");
  twin_line_unref(line);
  twin_problems_free(problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static char name[64], text[200];
  if (n == 0) return -1;
  snprintf(name, sizeof name, "csv_fuzz_%ld.csv", (long)getpid());
  FILE *file = fopen(name, "wb");
  demand(file != NULL && fwrite(data + 1, 1, n - 1, file) == n - 1, "a file");
  fclose(file);
  read_table(name, data[0] % 2 == 0 ? ',' : ';', n);
  read_line(name, lines[data[0] / 4 % (sizeof lines / sizeof lines[0])]);
  const int n_text = snprintf(text, sizeof text, texts[data[0] % 4], name);
  tw_arena arena;
  tw_arena_init(&arena);
  twin_problems *problems = twin_problems_new();
  const tw_node *csv = tw_json_read(text, (size_t)n_text, "f", &arena, problems);
  const tw_reader reader = {.file = "f", .arena = &arena, .problems = problems};
  tw_csv_values column = {0};
  const bool is_good = tw_csv_read_column(&reader, csv, TW_DIM_TIME, &column);
  demand(is_good == (twin_problems_count(problems, TWIN_ERROR) == 0), "good or not");
  for (int32_t i = 0; is_good && i < column.n; i++)
    demand(isfinite(column.at[i]) && column.line[i] > 0, "a value");
  twin_problems_free(problems);
  tw_arena_free(&arena);
  remove(name);
  return 0;
}
