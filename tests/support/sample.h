// sample.h - reads small line texts for the tests of the model's front end, with the kinds of
// test_kinds.h, and looks for problems by code and pointer.

#ifndef TW_TESTS_SAMPLE_H
#define TW_TESTS_SAMPLE_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/index.h"
#include "field/inner.h"
#include "io/json.h"
#include "model/graph.h"
#include "test_kinds.h"

typedef struct sample {
  tw_arena arena;
  twin_problems *problems;
  tw_reader reader;
  tw_node *root;
  tw_doc doc;
  tw_graph graph;
  bool is_good, has_graph;
} sample;

static void open_sample(sample *at) {
  *at = (sample){0};
  tw_arena_init(&at->arena);
  at->problems = twin_problems_new();
  at->reader = (tw_reader){.file = "line.json", .arena = &at->arena, .problems = at->problems};
}

static void close_sample(sample *at) {
  twin_problems_free(at->problems);
  tw_arena_free(&at->arena);
}

// Reads JSON only.
static tw_node *read_tree(sample *at, const char *text) {
  open_sample(at);
  at->root = tw_json_read(text, strlen(text), "line.json", &at->arena, at->problems);
  return at->root;
}

// Reads a whole line; the flow too when the doc could be read at all.
static inline void read_line(sample *at, const char *text) {
  if (read_tree(at, text) == NULL) return;
  at->is_good = tw_doc_parse(at->root, test_kinds, N_TEST_KIND, &at->reader, &at->doc);
  at->has_graph = tw_graph_build(&at->doc, &at->reader, &at->graph);
}

// Counts the problems with this code at this pointer.
static int count_problems(const sample *at, const char *code, const char *pointer) {
  int n = 0;
  twin_problem problem = {.struct_size = sizeof problem};
  for (size_t i = 0; twin_problems_get(at->problems, i, &problem) == TWIN_OK; i++) {
    if (strcmp(problem.code, code) == 0 && strcmp(problem.pointer, pointer) == 0) n++;
  }
  return n;
}

static size_t count_all(const sample *at) { return twin_problems_count(at->problems, -1); }

// Fails unless this is the only problem; its printed form holds `words`.
static inline void expect_only(sample *at, const char *code, const char *pointer,
                               const char *words) {
  const char *text = twin_problems_text(at->problems, 0);
  cr_assert_eq(count_all(at), 1, "%zu problems, the first: %s", count_all(at), text);
  cr_assert_eq(count_problems(at, code, pointer), 1, "not %s at %s: %s", code, pointer, text);
  cr_assert(strstr(text, words) != NULL, "'%s' is not in: %s", words, text);
}

static inline void expect_good(sample *at) {
  cr_assert(count_all(at) == 0, "%s", twin_problems_text(at->problems, 0));
}

#endif
