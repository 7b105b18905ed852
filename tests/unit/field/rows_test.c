// Rows of a table as the objects of a list, dates, and instants of the run.

#include "field/text_table.h"
#include "support/sample.h"

typedef struct order {
  tw_def def;
  tw_name part;
  int64_t n;
  double length_m, share;
  tw_when due;
} order;

static const tw_field order_fields[] = {
    TW_FIELD(order, part, "part", TW_FIELD_NAME, .flags = TW_REQUIRED, .help = "part"),
    TW_FIELD(order, n, "n", TW_FIELD_COUNT, .preset = "1", .min = 1, .max = 1e9, .help = "count"),
    TW_FIELD(order, length_m, "length", TW_FIELD_QUANTITY, .dim = {.m = 1}, .help = "length"),
    TW_FIELD(order, share, "share", TW_FIELD_RATIO, .max = 1, .help = "share"),
    TW_FIELD(order, due, "due", TW_FIELD_CUSTOM, .sub = &tw_when_custom, .help = "due"),
};
static const tw_table order_table = {.name = "order",
                                     .size = sizeof(order),
                                     .fields = order_fields,
                                     .n_field = TW_N_FIELDS(order_fields)};
static const tw_field list_field = {
    .name = "orders", .type = TW_FIELD_LIST, .flags = TW_CAN_BE_ROWS, .sub = &order_table};

// A file that is not there: the texts of its cells, separated as its reader is asked to.
static const char *file_text;
static bool give_table(const tw_reader *reader, const tw_node *node, const char *file,
                       char separator, tw_text_table *table) {
  (void)node;
  tw_row *rows = tw_arena_take_array(reader->arena, 20, sizeof *rows);
  tw_cell *cells = tw_arena_take_array(reader->arena, 200, sizeof *cells);
  *table = (tw_text_table){.file = file, .row = rows};
  int32_t n_cell = 0;
  const char *begin = file_text;
  for (const char *at = file_text;; at++) {
    if (*at != separator && *at != '\n' && *at != 0) continue;
    if (begin == file_text || begin[-1] == '\n') {
      rows[table->n_row] = (tw_row){.line = table->n_row + 1, .cell = cells + n_cell};
      table->n_row++;
    }
    cells[n_cell++] = (tw_cell){.text = tw_arena_text_n(reader->arena, begin, (size_t)(at - begin)),
                                .column = (int32_t)(begin - file_text) + 1};
    if (*at == 0) break;
    begin = at + 1;
  }
  table->n_column = n_cell / table->n_row;
  cr_assert_eq(n_cell % table->n_row, 0, "the rows of the test have one length");
  return true;
}

static bool read_rows(sample *at, const char *keys, const char *text, tw_map *map) {
  char json[300];
  snprintf(json, sizeof json, "{\"orders\": {\"csv\": \"o.csv\"%s}}", keys);
  cr_assert_not_null(read_tree(at, json));
  at->reader.read_table = give_table;
  file_text = text;
  const tw_parse in = {.reader = &at->reader};
  return tw_field_parse(&list_field, at->root->first, &in, map);
}

static void expect_refused(const char *keys, const char *text, const char *code,
                           const char *pointer, const char *words) {
  sample at;
  tw_map map;
  cr_assert_not(read_rows(&at, keys, text, &map), "%s", text);
  expect_only(&at, code, pointer, words);
  close_sample(&at);
}

Test(rows, columns_are_named_as_the_keys) {
  sample at;
  tw_map map;
  cr_assert(
      read_rows(&at, "", "n,part,due,share,x-note\n3,a,2 min,,y\n,b,,5 %,\n2,c,-1 h,0.25,", &map));
  expect_good(&at);
  const order *orders = map.at;
  cr_assert_eq(map.n, 3);
  cr_assert_str_eq(orders[0].part.name, "a");
  cr_assert_eq(orders[0].n, 3);
  cr_assert_eq(orders[0].due.s, 120);
  cr_assert_eq(orders[1].n, 1, "an empty cell is an absent key");
  cr_assert_null(orders[1].due.node);
  cr_assert_eq(orders[1].share, 0.05);
  cr_assert_eq(orders[2].due.s, -3600);
  cr_assert_eq(orders[2].share, 0.25);
  cr_assert_str_eq(orders[2].part.node->file, "o.csv");
  cr_assert_eq(orders[2].part.node->line, 4);
  close_sample(&at);
}

Test(rows, columns_may_be_named_otherwise_and_others_ignored) {
  sample at;
  tw_map map;
  cr_assert(read_rows(&at,
                      ", \"columns\": {\"part\": \"Material\", \"n\": \"Menge\", \"length\": "
                      "\"Maß\"}, \"separator\": \";\", \"decimal\": \",\"",
                      "Menge;Prio;Material;Maß\n2,0;9;a;1,5 m\n1;x;b;20 mm", &map));
  expect_good(&at);
  const order *orders = map.at;
  cr_assert_eq(orders[0].n, 2);
  cr_assert_eq(orders[0].length_m, 1.5);
  cr_assert_eq(orders[1].length_m, 0.02);
  close_sample(&at);
}

Test(rows, a_unit_makes_bare_numbers_durations) {
  sample at;
  tw_map map;
  cr_assert(read_rows(&at, ", \"unit\": \"h\"", "part,due\na,2.5\nb,-1", &map));
  const order *orders = map.at;
  cr_assert_eq(orders[0].due.s, 9000);
  cr_assert_eq(orders[1].due.s, -3600);
  close_sample(&at);
  expect_refused(", \"unit\": \"h\"", "part,due\na,2 min", "E-TYPE", "/orders/columns/due",
                 "o.csv:2:12: /orders/columns/due: \"2 min\" is not a number");
}

Test(rows, dates_become_instants_of_the_clock) {
  sample at;
  tw_map map;
  cr_assert(read_rows(&at, ", \"date\": \"%d.%m.%Y %H:%M\"",
                      "part,due\na,01.01.1970 00:01\nb,2.1.1970 3:04\nc,29.02.2024 23:59", &map));
  expect_good(&at);
  const order *orders = map.at;
  cr_assert(orders[0].due.is_of_clock);
  cr_assert_eq(orders[0].due.s, 60);
  cr_assert_eq(orders[1].due.s, 86400 + 3 * 3600 + 4 * 60);
  cr_assert_eq(tw_when_s(&orders[2].due, 1709164800), 86400 + 86340 - 86400);
  close_sample(&at);
  cr_assert(read_rows(&at, ", \"date\": \"%Y%m%dT%H%M%S\"", "part,due\na,19700102T000001", &map));
  cr_assert_eq(((const order *)map.at)->due.s, 86401);
  close_sample(&at);
}

Test(rows, a_date_that_is_none_is_refused) {
  static const char keys[] = ", \"date\": \"%d.%m.%Y\"";
  static const char *const written[] = {"1.2",        "1/2/2026",   "01.02.26", "1.2.2026 ",
                                        "001.2.2026", "1.2.2026 6", "x",        "1..2026"};
  for (size_t i = 0; i < sizeof written / sizeof written[0]; i++) {
    char text[60];
    snprintf(text, sizeof text, "part,due\na,%s", written[i]);
    expect_refused(keys, text, "E-TYPE", "/orders/columns/due", "is no date written as");
  }
  expect_refused(keys, "part,due\na,29.02.2026", "E-RANGE", "/orders/columns/due", "is no day");
  expect_refused(keys, "part,due\na,1.13.2026", "E-RANGE", "/orders/columns/due", "is no day");
}

Test(rows, a_format_names_each_part_of_a_date_once) {
  static const char *const bad[] = {"",          "%d.%m",       "%d.%m.%y",   "%d.%m.%Y %d",
                                    "%d.%m.%Y%", "%d.%m.%Y %p", "%d.%m.%Y %%"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    char keys[60];
    snprintf(keys, sizeof keys, ", \"date\": \"%s\"", bad[i]);
    expect_refused(keys, "part\na", "E-RANGE", "/orders/date", "a date is written with");
  }
}

Test(rows, columns_that_do_not_fit_are_refused) {
  expect_refused(", \"columns\": {\"part\": \"Part\"}", "part,n\na,1", "E-REF",
                 "/orders/columns/part", "did you mean \"part\"?");
  expect_refused(", \"columns\": {\"part\": \"part\", \"m\": \"n\"}", "part,n\na,1", "E-KEY",
                 "/orders/columns/m", "\"m\" is no key of order");
  expect_refused(", \"columns\": {\"n\": \"n\"}", "part,n\na,1", "E-KEY", "/orders/columns",
                 "no column is for \"part\"");
  expect_refused(", \"columns\": {\"part\": \"a\"}", "a,a\n1,2", "E-KEY", "/orders/columns/part",
                 "has two columns \"a\"");
  expect_refused(", \"columns\": [\"part\"]", "part\na", "E-TYPE", "/orders/columns",
                 "an object of keys");
  expect_refused("", "part,part\na,b", "E-KEY", "/orders", "two columns \"part\"");
  expect_refused("", "n\n1", "E-KEY", "/orders", "no column is for \"part\"");
  expect_refused("", "part", "E-RANGE", "/orders", "no row");
}

Test(rows, every_cell_is_read_by_its_own_field) {
  expect_refused("", "part,n\na,0", "E-RANGE", "/orders/columns/n", "o.csv:2:10");
  expect_refused("", "part,n\na,1.5", "E-TYPE", "/orders/columns/n", "1.5 is not a whole number");
  expect_refused("", "part,n\na,one", "E-TYPE", "/orders/columns/n", "\"one\" is a text");
  expect_refused("", "part,length\na,2 kg", "E-UNIT", "/orders/columns/length", "is a mass");
  expect_refused("", "part,n\n,1", "E-KEY", "/orders/columns",
                 "o.csv:2:1: /orders/columns: \"part\"");
}

Test(rows, without_a_reader_of_files_there_are_none) {
  sample at;
  tw_map map;
  const tw_parse in = {.reader = &at.reader};
  cr_assert_not_null(read_tree(&at, "{\"orders\": {\"csv\": \"o.csv\"}}"));
  cr_assert_not(tw_field_parse(&list_field, at.root->first, &in, &map));
  expect_only(&at, "E-TYPE", "/orders", "files cannot be read here");
  close_sample(&at);
}

static bool read_when(sample *at, const char *json, tw_when *when) {
  cr_assert_not_null(read_tree(at, json));
  return tw_when_custom.parse(at->root->first, &at->reader, when);
}

Test(when, is_a_duration_or_an_instant) {
  sample at;
  tw_when when;
  cr_assert(read_when(&at, "[\"100 min\"]", &when));
  cr_assert_eq(tw_when_s(&when, 12345), 6000);
  close_sample(&at);
  cr_assert(read_when(&at, "[\"1970-01-02T00:00\"]", &when));
  cr_assert_eq(tw_when_s(&when, 86000), 400);
  cr_assert_eq(tw_when_s(&when, 87000), -600);
  close_sample(&at);
  // a year alone is a number without a unit
  cr_assert_not(read_when(&at, "[\"2026\"]", &when));
  expect_only(&at, "E-UNIT", "/0", "has no unit");
  close_sample(&at);
  cr_assert_not(read_when(&at, "[\"3e9 s\"]", &when));
  expect_only(&at, "E-RANGE", "/0", "at most");
  close_sample(&at);
}
