// whatif_test.c - memory of a study with scenarios: what is finished goes into temporary files, so
// that ten times the replications take little more.

#include "study/whatif.h"

#include <criterion/criterion.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "core/ticks.h"
#include "io/line_in.h"

static const char text[] =
    "{\"libtwin\": \"1.0\", \"parts\": {\"p\": {}}, \"buffers\": {\"q\": {\"capacity\": 3}},"
    " \"sources\": {\"s\": {\"sequence\": [\"p\"], \"repeat\": true}},"
    " \"stations\": {\"a\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"50 s\"}}},"
    "  \"b\": {\"type\": \"machine\", \"time\": {\"exponential\": {\"mean\": \"1 min\"}}}},"
    " \"flow\": [[\"s\", \"a\", \"q\", \"b\", \"out\"]],"
    " \"scenarios\": {\"size\": {\"sweep\": {\"/buffers/q/capacity\": [1, 5, 9]}}}}";

// A host's memory that counts bytes; each piece has its length in front.
typedef struct counter {
  size_t n_byte, n_most;
} counter;

typedef struct piece {
  alignas(max_align_t) size_t n_byte;
} piece;

static void *resize(void *at, size_t n_bytes, void *user) {
  counter *of = user;
  piece *old = at != NULL ? (piece *)at - 1 : NULL;
  const size_t n_old = old != NULL ? old->n_byte : 0;
  piece *now = realloc(old, sizeof *now + n_bytes);
  if (now == NULL) return NULL;
  now->n_byte = n_bytes;
  of->n_byte += n_bytes - n_old;
  if (of->n_byte > of->n_most) of->n_most = of->n_byte;
  return now + 1;
}

static void *allocate(size_t n_bytes, void *user) { return resize(NULL, n_bytes, user); }

static void release(void *at, void *user) {
  counter *of = user;
  if (at == NULL) return;
  of->n_byte -= ((piece *)at - 1)->n_byte;
  free((piece *)at - 1);
}

// The most bytes that a study of n replications has at one time, of each of four lines.
static size_t most_bytes(uint32_t n) {
  counter of = {0};
  const tw_host host = {.memory = {allocate, resize, release, &of, NULL}};
  tw_line *line = NULL;
  const tw_line_text from = {.text = text, .n_bytes = strlen(text), .file = "l"};
  cr_assert_eq(tw_line_read(&line, &host, &from, NULL), TWIN_OK);
  const tw_whatif_setup setup = {.study = {.n_thread = 1,
                                           .n_replication = n,
                                           .seed = 1,
                                           .horizon_us = tw_ticks(3600),
                                           .confidence = 0.95,
                                           .keep_bytes = 20000}};
  tw_whatif *whatif = tw_whatif_new(line, &setup);
  cr_assert_eq(tw_whatif_add(whatif, NULL, NULL, 0, NULL), TWIN_OK);
  cr_assert_eq(whatif->n, 3);
  cr_assert_eq(tw_whatif_run(whatif, NULL), TWIN_OK);
  cr_assert_eq(tw_study_done(tw_whatif_study(whatif, 3)), n);
  tw_whatif_free(whatif);
  tw_line_unref(line);
  cr_assert_eq(of.n_byte, 0);
  return of.n_most;
}

Test(whatif, takes_as_much_memory_for_ten_times_the_replications) {
  const size_t few = most_bytes(200), many = most_bytes(2000);
  // a record of its number, hash and place in the file is left of each replication
  const size_t n_byte_each = (many - few) / (4 * 1800);
  cr_assert_leq(n_byte_each, 256, "%zu bytes a replication, %zu in all", n_byte_each, many);
}
