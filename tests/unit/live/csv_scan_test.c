// csv_scan_test.c - records of CSV: quotes, pieces that the buffer cuts, rows that are too long.

#include "live/csv_scan.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/text.h"

// Bytes that come a few at a time.
typedef struct drops {
  const char *at;
  size_t n, n_each;
} drops;

static size_t drip(void *user, char *bytes, size_t n) {
  drops *of = user;
  size_t n_given = of->n < n ? of->n : n;
  if (n_given > of->n_each) n_given = of->n_each;
  memcpy(bytes, of->at, n_given);
  of->at += n_given;
  of->n -= n_given;
  return n_given;
}

// All records as "LINE:cell|cell;", "!" for an open quote, "+" for a row that is too long.
static void scan_all(const char *text, size_t n, size_t n_each, int32_t n_wanted, tw_text *out) {
  drops of = {text, n, n_each};
  tw_csv_scan scan;
  cr_assert(tw_csv_scan_open(&scan, (tw_byte_source){drip, &of}, ',', NULL));
  scan.n_wanted = n_wanted;
  tw_csv_result result;
  tw_text_add(out, "");
  while ((result = tw_csv_scan_next(&scan)) != TW_CSV_END) {
    tw_text_print(out, "%d:", (int)scan.line);
    if (result == TW_CSV_OPEN_QUOTE) tw_text_add(out, "!");
    if (result == TW_CSV_LONG_ROW) tw_text_add(out, "+");
    for (int32_t i = 0; result == TW_CSV_ROW && i < scan.n_cell; i++) {
      if (i > 0) tw_text_add(out, "|");
      tw_text_add_n(out, scan.cell[i].at, scan.cell[i].n);
    }
    tw_text_add(out, ";");
  }
  tw_csv_scan_close(&scan);
}

static const char text[] = "a,b,c\r\n\n1,\"x, \"\"y\"\"\nz\",3\n\"\",\" q \",\"r\"s\nlast,\"\"\"\"";
static const char wanted[] = "1:a|b|c;3:1|x, \"y\"\nz|3;5:| q |r;6:last|\";";

Test(csv_scan, records_are_the_same_however_the_bytes_come) {
  for (size_t n_each = 1; n_each <= sizeof text; n_each++) {
    tw_text out = {0};
    scan_all(text, sizeof text - 1, n_each, 10, &out);
    cr_expect_str_eq(out.at, wanted, "%zu: %s", n_each, out.at);
    tw_text_free(&out);
  }
}

Test(csv_scan, cells_that_nobody_wants_are_passed_over) {
  tw_text out = {0};
  scan_all(text, sizeof text - 1, 7, 1, &out);
  cr_expect_str_eq(out.at, "1:a;3:1;5:;6:last;", "%s", out.at);
  tw_text_free(&out);
}

Test(csv_scan, behind_an_open_quote_it_goes_on_with_the_next_line) {
  static const char open[] = "a,\"b \"\"c\nd,\"\"\"e\"\nf";
  tw_text out = {0};
  scan_all(open, sizeof open - 1, 5, 10, &out);
  cr_expect_str_eq(out.at, "1:a|b \"c\nd,\";3:f;", "closed on the next line: %s", out.at);
  tw_text_clear(&out);
  static const char never[] = "1,\"x\n2,a\"\"b\n3,z";
  scan_all(never, sizeof never - 1, 5, 10, &out);
  cr_expect_str_eq(out.at, "1:!;2:2|a\"\"b;3:3|z;", "%s", out.at);
  tw_text_free(&out);
}

Test(csv_scan, a_row_that_is_longer_than_the_limit_is_left_out) {
  static char bytes[3 * TW_LOG_ROW_BYTES_MAX];
  memset(bytes, 'x', sizeof bytes);
  memcpy(bytes, "a\n", 2);
  memcpy(bytes + sizeof bytes - 3, "\nb\n", 3);
  tw_text out = {0};
  scan_all(bytes, sizeof bytes, sizeof bytes, 10, &out);
  cr_expect_str_eq(out.at, "1:a;2:+;3:b;", "%s", out.at);
  tw_text_free(&out);
}
