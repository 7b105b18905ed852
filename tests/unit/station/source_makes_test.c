// source_makes_test.c - what a source makes is named once for each entry, so a line of many part
// types is read in about the time that its text takes: with a question for each type and entry
// 30000 took 20 s.

#include <stdio.h>
#include <stdlib.h>

#include "analytic/sentences.h"

enum { N_TYPE = 30000 };

// Parts p0, p1, ..., all of one source, with a route each where they follow no chain.
static char *line_of_types(bool has_routes) {
  char *text = malloc((size_t)N_TYPE * 120 + 1000), *end = text;
  cr_assert_not_null(text);
  end += sprintf(end, "'parts': {");
  for (int i = 0; i < N_TYPE; i++) end += sprintf(end, "%s'p%d': {}", i == 0 ? "" : ",", i);
  end += sprintf(end, "}, 'sources': {'in': {'repeat': true, 'sequence': [");
  for (int i = 0; i < N_TYPE; i++) end += sprintf(end, "%s'1 p%d'", i == 0 ? "" : ",", i);
  end += sprintf(end, "]}}, 'stations': {" MACHINE("A", "'time': '10 s'") "}, ");
  if (!has_routes) {
    sprintf(end, "'flow': [['in', 'A', 'out']]");
    return text;
  }
  end += sprintf(end, "'routes': {");
  for (int i = 0; i < N_TYPE; i++)
    end += sprintf(end, "%s'p%d': [{'station': 'A'}]", i == 0 ? "" : ",", i);
  sprintf(end, "}, 'flow': []");
  return text;
}

static void read_soon(bool has_routes) {
  char *text = line_of_types(has_routes);
  tw_line *line = test_quoted_line(text, NULL);
  cr_assert_not_null(line);
  cr_expect_eq(line->n_part_type, N_TYPE);
  tw_run *run = test_run(line, 1);
  test_until(run, 100);
  tw_run_free(run);
  tw_line_unref(line);
  free(text);
}

Test(source_makes, thirty_thousand_part_types_are_read_soon, .timeout = 10) { read_soon(false); }

Test(source_makes, thirty_thousand_routes_are_read_soon, .timeout = 10) { read_soon(true); }
