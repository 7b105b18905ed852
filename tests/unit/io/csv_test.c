// Columns of CSV files: separators, quotes, decimal commas, units, and every bad cell by its line.

#include "support/sample.h"
#include "base/hash.h"

static char folder[200];
static uint64_t hash;

static void write_file(const char *name, const char *bytes, size_t n) {
  char path[300];
  const char *scratch = getenv("TWIN_SCRATCH");
  snprintf(folder, sizeof folder, "%s", scratch != NULL ? scratch : ".");
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  cr_assert_not_null(file);
  cr_assert_eq(fwrite(bytes, 1, n, file), n);
  fclose(file);
}

// Writes a file of its own for each test, as tests run side by side, and reads its column.
static bool read_column(sample *at, const char *name, const char *bytes, const char *keys,
                        tw_dim dim, tw_csv_values *column) {
  char text[400];
  write_file(name, bytes, strlen(bytes));
  snprintf(text, sizeof text, "{\"csv\": \"%s\", %s}", name, keys);
  cr_assert_not_null(read_tree(at, text), "%s", text);
  at->reader.folder = folder;
  hash = 1;
  at->reader.hash = &hash;
  return tw_csv_read_column(&at->reader, at->root, dim, column);
}

static void expect_column(const char *name, const char *bytes, const char *keys, tw_dim dim,
                          const double *wanted, int32_t n_wanted) {
  sample at;
  tw_csv_values column = {0};
  cr_assert(read_column(&at, name, bytes, keys, dim, &column), "%s: %s", name,
            twin_problems_text(at.problems, 0));
  expect_good(&at);
  cr_assert_eq(column.n, n_wanted, "%s: %d values", name, (int)column.n);
  for (int32_t i = 0; i < n_wanted; i++)
    cr_assert_eq(column.at[i], wanted[i], "%s: value %d", name, (int)i);
  cr_assert_eq(hash, tw_hash_bytes(1, bytes, strlen(bytes)));
  close_sample(&at);
}

static void expect_refused(const char *name, const char *bytes, const char *keys, const char *code,
                           const char *words) {
  sample at;
  tw_csv_values column = {0};
  cr_assert_not(read_column(&at, name, bytes, keys, TW_DIM_TIME, &column), "%s", name);
  const char *text = twin_problems_text(at.problems, 0);
  cr_assert_eq(count_all(&at), 1, "%s", text);
  cr_assert(strstr(text, code) != NULL && strstr(text, words) != NULL, "%s", text);
  close_sample(&at);
}

Test(csv, a_column_is_found_by_its_header) {
  const double seconds[] = {1, 120.5, 3};
  expect_column("csv_1.csv", "part,time\na,1\nb,120.5\nc,3\n",
                "\"column\": \"time\", \"unit\": \"s\"", TW_DIM_TIME, seconds, 3);
  expect_column("csv_2.csv", "\xef\xbb\xbftime,part\r\n1,a\r\n120.5,\"b\r\nc\"\r\n\r\n3,d",
                "\"column\": \"time\", \"unit\": \"s\"", TW_DIM_TIME, seconds, 3);
}

Test(csv, cells_may_bring_their_units) {
  const double seconds[] = {60, 7200};
  expect_column("csv_3.csv", "time\n1 min\n 2 h \n", "\"column\": \"time\"", TW_DIM_TIME, seconds,
                2);
}

Test(csv, a_decimal_comma_and_a_semicolon_are_read) {
  const double minutes[] = {150, 66};
  expect_column("csv_4.csv", "id;t\n1;2,5\n2;1,1\n",
                "\"column\": \"t\", \"unit\": \"min\", \"separator\": \";\", \"decimal\": \",\"",
                TW_DIM_TIME, minutes, 2);
}

Test(csv, without_a_header_columns_have_numbers) {
  const double numbers[] = {2, 5, 0.08};
  expect_column("csv_5.csv", "1\t2\t3\n4\t5\t6\n7\t0.08\t9\n",
                "\"column\": \"2\", \"header\": false, \"separator\": \"\\t\"", TW_DIM_ONE, numbers,
                3);
}

Test(csv, quotes_are_those_of_rfc_4180) {
  const double numbers[] = {1, 2};
  expect_column("csv_6.csv", "\"a \"\"b\"\"\",\"c,d\"\n\"x,y\",\"1\"\n\"multi\nline\",\"2\"\n",
                "\"column\": \"c,d\"", TW_DIM_ONE, numbers, 2);
}

Test(csv, an_empty_header_cell_does_no_harm) {
  const double numbers[] = {1, 2};
  expect_column("csv_7.csv", "a,\n1,9\n2,9\n", "\"column\": \"a\"", TW_DIM_ONE, numbers, 2);
  expect_refused("csv_8.csv", "a,\n1,9\n2,9\n", "\"column\": \"b\"", "E-REF",
                 "has no column \"b\"");
}

Test(csv, every_bad_cell_is_reported_with_its_line) {
  sample at;
  tw_csv_values column = {0};
  const char *bytes = "a,t\nx,1\nx,one\nx\n\n\xc3\xbc,\nx,2 s\n\"y\ny\",1e999\nx,3\n";
  cr_assert_not(read_column(&at, "csv_9.csv", bytes, "\"column\": \"t\", \"unit\": \"s\"",
                            TW_DIM_TIME, &column));
  static const char *const printed[] = {
      "csv_9.csv:3:3: \"one\" is not a number [E-TYPE]",
      "csv_9.csv:4:1: this line has no column 2 [E-TYPE]",
      "csv_9.csv:6:3: \"\" is not a number [E-TYPE]",
      "csv_9.csv:7:3: \"2 s\" is not",
      "csv_9.csv:9:4: \"1e999\" is too large [E-RANGE]",
  };
  cr_assert_eq(count_all(&at), sizeof printed / sizeof printed[0]);
  for (size_t i = 0; i < sizeof printed / sizeof printed[0]; i++) {
    const char *text = twin_problems_text(at.problems, i);
    cr_assert_eq(strncmp(text, printed[i], strlen(printed[i])), 0, "%s", text);
  }
  close_sample(&at);
}

Test(csv, what_does_not_fit_is_refused) {
  expect_refused("csv_10.csv", "t\n1\n", "\"column\": \"tt\"", "E-REF", "did you mean \"t\"?");
  expect_refused("csv_11.csv", "t\n1\n", "\"column\": \"t\", \"unit\": \"kg\"", "E-UNIT",
                 "\"kg\" is no unit of a duration");
  expect_refused("csv_12.csv", "t\n1 kg\n", "\"column\": \"t\"", "E-UNIT", "csv_12.csv:2:1");
  expect_refused("csv_13.csv", "t\n\"1\n", "\"column\": \"t\", \"unit\": \"s\"", "E-TYPE",
                 "a quoted cell is not closed");
  expect_refused("csv_14.csv", "", "\"column\": \"t\"", "E-REF", "has no column");
  expect_refused("csv_15.csv", "1\n", "\"column\": \"t\", \"header\": false", "E-RANGE",
                 "the column is a number");
  expect_refused("csv_16.csv", "t\n1.234,5\n",
                 "\"column\": \"t\", \"unit\": \"s\", \"separator\": \";\", \"decimal\": \",\"",
                 "E-TYPE", "\"1.234,5\" is not a number");
  expect_refused("csv_17.csv", "t\n1\n", "\"column\": \"t\", \"separator\": \";;\"", "E-RANGE",
                 "one character");
  expect_refused("csv_18.csv", "t\n1\n", "\"column\": \"t\", \"decimal\": \",\"", "E-RANGE",
                 "the same character");
  expect_refused("csv_19.csv", "t\n1\n", "\"colum\": \"t\", \"column\": \"t\", \"unit\": \"s\"",
                 "E-KEY", "did you mean \"column\"?");
}

Test(csv, files_stand_beside_or_below_the_line_file) {
  static const char *const paths[] = {"/etc/hostname", "../x.csv", "a/../../x.csv", "..", "",
                                      "a\\\\b.csv"};
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    sample at;
    char text[120];
    tw_csv_values column = {0};
    snprintf(text, sizeof text, "{\"csv\": \"%s\", \"column\": \"t\"}", paths[i]);
    cr_assert_not_null(read_tree(&at, text));
    at.reader.folder = ".";
    cr_assert_not(tw_csv_read_column(&at.reader, at.root, TW_DIM_TIME, &column));
    expect_only(&at, "E-RANGE", "/csv", "in the folder of the line file or below it");
    close_sample(&at);
  }
}

Test(csv, a_file_that_is_not_there_is_named_at_its_place) {
  sample at;
  tw_csv_values column = {0};
  cr_assert_not_null(read_tree(&at, "{\"csv\": \"a..b/none.csv\", \"column\": \"t\"}"));
  cr_assert_not(tw_csv_read_column(&at.reader, at.root, TW_DIM_TIME, &column));
  expect_only(&at, "E-FILE", "/csv", "cannot be opened");
  close_sample(&at);
}

Test(csv, a_distribution_takes_its_values_from_a_column) {
  static const tw_field field = {.name = "time", .type = TW_FIELD_VALUE, .dim = {.s = 1}};
  sample at;
  tw_value value;
  write_file("csv_20.csv", "t\n1\n3\n", 6);
  cr_assert_not_null(read_tree(&at, "{\"empirical\": {\"csv\": \"csv_20.csv\", \"column\": \"t\", "
                                    "\"unit\": \"min\"}}"));
  at.reader.folder = folder;
  at.reader.read_column = tw_csv_read_column;
  cr_assert(tw_value_parse(at.root, &field, &at.reader, &value));
  cr_assert_eq(tw_dist_mean(value.dist), 120);
  close_sample(&at);
  write_file("csv_20.csv", "t\n1\n-3\n", 7);
  cr_assert_not_null(read_tree(&at,
                               "{\"trace\": {\"values\": {\"csv\": \"csv_20.csv\", \"column\": "
                               "\"t\", \"unit\": \"min\"}, \"repeat\": true}}"));
  at.reader.folder = folder;
  at.reader.read_column = tw_csv_read_column;
  cr_assert_not(tw_value_parse(at.root, &field, &at.reader, &value));
  expect_only(&at, "E-RANGE", "/trace/values",
              "csv_20.csv:3:1: /trace/values: -3 min is out of range: it must be at least 0 s");
  close_sample(&at);
}
