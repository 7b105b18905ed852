// Tables of texts: cells and their places, rows of one length, and what hostile files are refused
// for.

#include "support/sample.h"
#include "base/hash.h"
#include "field/text_table.h"

static char folder[200];
static uint64_t hash, file_hash;

// Writes a file of its own for each test, as tests run side by side, and reads it.
static bool read_bytes(sample *at, const char *name, const char *bytes, size_t n, char separator,
                       tw_text_table *table) {
  char path[300], text[100];
  const char *scratch = getenv("TWIN_SCRATCH");
  snprintf(folder, sizeof folder, "%s", scratch != NULL ? scratch : ".");
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  cr_assert_not_null(file);
  cr_assert_eq(fwrite(bytes, 1, n, file), n);
  fclose(file);
  snprintf(text, sizeof text, "{\"orders\": {\"csv\": \"%s\"}}", name);
  cr_assert_not_null(read_tree(at, text));
  at->reader.folder = folder;
  hash = 1;
  file_hash = 0;
  at->reader.hash = &hash;
  at->reader.file_hash = &file_hash;
  return tw_csv_read_table(&at->reader, at->root->first, name, separator, table);
}

static bool read_text(sample *at, const char *name, const char *bytes, char separator,
                      tw_text_table *table) {
  return read_bytes(at, name, bytes, strlen(bytes), separator, table);
}

static void expect_cell(const tw_text_table *table, int32_t row_i, int32_t column_i,
                        const char *text, int32_t line, int32_t column) {
  const tw_row *row = &table->row[row_i];
  cr_expect_str_eq(row->cell[column_i].text, text);
  cr_expect_eq(row->line, line, "%s in line %d", text, (int)row->line);
  cr_expect_eq(row->cell[column_i].column, column, "%s in column %d", text,
               (int)row->cell[column_i].column);
}

static void expect_refused(const char *name, const char *bytes, size_t n, const char *code,
                           const char *words) {
  sample at;
  tw_text_table table;
  cr_assert_not(read_bytes(&at, name, bytes, n, ',', &table), "%s", name);
  expect_only(&at, code, "/orders", words);
  close_sample(&at);
}

Test(csv_table, cells_are_texts_with_their_places) {
  sample at;
  tw_text_table table;
  cr_assert(read_text(&at, "table_1.csv", "part; n \r\n\xc3\xa4; 5\r\n\"b;\"\"\";\"x\ny\"\r\n;\n",
                      ';', &table));
  expect_good(&at);
  cr_assert_eq(table.n_row, 3);
  cr_assert_eq(table.n_column, 2);
  expect_cell(&table, 0, 0, "part", 1, 1);
  expect_cell(&table, 0, 1, "n", 1, 6);
  expect_cell(&table, 1, 0, "\xc3\xa4", 2, 1);
  expect_cell(&table, 1, 1, "5", 2, 3);
  expect_cell(&table, 2, 0, "b;\"", 3, 1);
  expect_cell(&table, 2, 1, "x?y", 3, 8);
  close_sample(&at);
}

Test(csv_table, a_mark_and_empty_rows_are_skipped) {
  sample at;
  tw_text_table table;
  cr_assert(read_text(&at, "table_2.csv", "\xef\xbb\xbf\n,,\na,b,\n , ,\n\n,,c", ',', &table));
  cr_assert_eq(table.n_row, 2);
  expect_cell(&table, 0, 0, "a", 3, 1);
  expect_cell(&table, 1, 2, "c", 6, 3);
  expect_cell(&table, 1, 0, "", 6, 1);
  close_sample(&at);
}

Test(csv_table, the_bytes_are_mixed_into_both_hashes) {
  static const char bytes[] = "a,b\n1,2\n", changed[] = "a,b\n1,3\n";
  sample at;
  tw_text_table table;
  cr_assert(read_text(&at, "table_3.csv", bytes, ',', &table));
  const uint64_t before = file_hash;
  cr_assert_eq(hash, tw_hash_bytes(1, bytes, sizeof bytes - 1));
  cr_assert_neq(before, 0);
  close_sample(&at);
  cr_assert(read_text(&at, "table_3.csv", changed, ',', &table));
  cr_assert_eq(hash, tw_hash_bytes(1, changed, sizeof changed - 1));
  cr_assert_neq(file_hash, before);
  close_sample(&at);
  // the same bytes under another name mean something else
  cr_assert(read_text(&at, "table_4.csv", bytes, ',', &table));
  cr_assert_neq(file_hash, before);
  close_sample(&at);
}

Test(csv_table, every_row_of_another_length_is_named) {
  sample at;
  tw_text_table table;
  cr_assert_not(read_text(&at, "table_5.csv", "a,b\n1\n1,2\n1,2,3\n", ',', &table));
  cr_assert_eq(count_all(&at), 2);
  cr_assert_not_null(strstr(twin_problems_text(at.problems, 0),
                            "table_5.csv:2:1: /orders: this line has 1 cells"));
  cr_assert_not_null(strstr(twin_problems_text(at.problems, 1), "table_5.csv:4:1:"));
  close_sample(&at);
}

Test(csv_table, what_is_no_table_is_refused) {
  expect_refused("table_6.csv", "", 0, "E-TYPE", "the file is empty");
  expect_refused("table_7.csv", "a,b\n1,\"2\n3,4\n", 13, "E-TYPE", "table_7.csv:2:3: ");
  expect_refused("table_8.csv", "a,b\n1,2\n\0,1\n", 12, "E-TYPE",
                 "table_8.csv:3: /orders: there is");
}

Test(csv_table, a_cell_has_at_most_255_bytes) {
  char bytes[300] = "";
  sample at;
  tw_text_table table;
  memset(bytes, 'x', 255);
  cr_assert(read_text(&at, "table_9.csv", bytes, ',', &table));
  cr_assert_eq(strlen(table.row[0].cell[0].text), 255);
  close_sample(&at);
  bytes[255] = 'x';
  expect_refused("table_10.csv", bytes, 256, "E-RANGE", "more than 255 bytes");
}

Test(csv_table, there_are_at_most_4096_columns) {
  static char bytes[1000001];
  sample at;
  tw_text_table table;
  memset(bytes, ',', sizeof bytes - 1);
  bytes[0] = 'a';
  cr_assert(read_bytes(&at, "table_11.csv", bytes, 4096, ',', &table));
  cr_assert_eq(table.n_column, 4096);
  close_sample(&at);
  expect_refused("table_12.csv", bytes, 4097, "E-RANGE", "more than 4096 columns");
  expect_refused("table_13.csv", bytes, sizeof bytes - 1, "E-RANGE", "more than 4096 columns");
}

Test(csv_table, there_are_at_most_two_million_cells) {
  const size_t n_row = TW_CSV_CELLS_MAX / 2;
  char *bytes = malloc((n_row + 1) * 4);
  cr_assert_not_null(bytes);
  for (size_t i = 0; i <= n_row; i++) memcpy(bytes + 4 * i, "a,b\n", 4);
  sample at;
  tw_text_table table;
  cr_assert(read_bytes(&at, "table_14.csv", bytes, n_row * 4, ',', &table));
  cr_assert_eq((size_t)table.n_row, n_row);
  close_sample(&at);
  expect_refused("table_15.csv", bytes, (n_row + 1) * 4, "E-RANGE",
                 "table_15.csv:1048577:1: /orders: there are more than 2097152 cells");
  free(bytes);
}
