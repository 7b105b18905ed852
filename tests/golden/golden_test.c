// golden_test.c - the state hashes of known lines after a fixed time. They are the same for every build
// of the library with one mathematics, at -O0 and -O3, with gcc and clang; hashes.json holds them by
// mathematics fingerprint. Where that is not known the test is skipped and prints what to add.
//
//   TWIN_GOLDEN=write   enters the hashes of this machine after a change that is meant to change them

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/math.h"
#include "io/json.h"
#include "state/hash.h"
#include "support/line_text.h"
#include "support/watch.h"

enum { LINES_MAX = 100, NAME_MAX_LENGTH = 200, VALUE_MAX = 200, FINGERPRINTS_MAX = 50 };

static const char HASHES[] = "tests/golden/hashes.json";

typedef struct golden {
  char name[NAME_MAX_LENGTH];  // path of the line
  char value[VALUE_MAX];       // "STATE PATH EVENTS", hashes in hexadecimal
} golden;

typedef struct gallery {
  golden line[LINES_MAX];
  int32_t n;
} gallery;

// Runs a line; the path hash is over all facts, so it does not know how a state is laid out.
static void hash_line(golden *at, double until_s) {
  tw_text why = {0};
  tw_line *line = test_line_file(at->name, &why);
  cr_assert_not_null(line, "%s: %s", at->name, why.at);
  tw_run *run = test_run(line, 1);
  test_watch watch;
  test_watch_open(&watch, run);
  const twin_status status = test_until(run, until_s);
  test_watch_compare(&watch, run);
  cr_expect_str_eq(watch.why, "", "%s: %s", at->name, watch.why);
  snprintf(at->value, sizeof at->value, "%016llx %016llx %llu%s%s",
           (unsigned long long)tw_run_hash(run, true), (unsigned long long)watch.hash,
           (unsigned long long)run->head->n_event, status == TWIN_OK ? "" : " ",
           status == TWIN_OK ? "" : twin_status_text(status));
  test_watch_close(&watch, run);
  tw_run_free(run);
  tw_line_unref(line);
  tw_text_free(&why);
}

static int compare_names(const void *a, const void *b) {
  return strcmp(((const golden *)a)->name, ((const golden *)b)->name);
}

// Runs every line file of a folder, sorted by name.
static void add_folder(gallery *all, const char *folder, double until_s) {
  DIR *directory = opendir(folder);
  cr_assert_not_null(directory, "%s", folder);
  const int32_t first = all->n;
  for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    // "x.json", but not "x.schema.json"
    const char *dot = strchr(entry->d_name, '.');
    if (dot == NULL || strcmp(dot, ".json") != 0) continue;
    cr_assert_lt(all->n, LINES_MAX);
    snprintf(all->line[all->n++].name, NAME_MAX_LENGTH, "%.50s/%.140s", folder, entry->d_name);
  }
  closedir(directory);
  qsort(all->line + first, (size_t)(all->n - first), sizeof *all->line, compare_names);
  for (int32_t i = first; i < all->n; i++) hash_line(&all->line[i], until_s);
}

static gallery *make_gallery(void) {
  gallery *all = calloc(1, sizeof *all);
  cr_assert_not_null(all);
  add_folder(all, "lines", 50000);
  add_folder(all, "tests/golden/lines", 2000);
  return all;
}

static void print_entries(const gallery *all, FILE *out) {
  for (int32_t i = 0; i < all->n; i++)
    fprintf(out, "    \"%s\": \"%s\"%s\n", all->line[i].name, all->line[i].value,
            i + 1 < all->n ? "," : "");
}

// Writes the file anew: what other machines entered stays, ours is replaced.
static void write_hashes(const gallery *all, const char *fingerprint, const tw_node *root) {
  FILE *out = fopen(HASHES, "w");
  cr_assert_not_null(out);
  fprintf(out, "{\n");
  for (const tw_node *entry = root->first; entry != NULL; entry = entry->next) {
    if (strcmp(entry->key, fingerprint) == 0) continue;
    fprintf(out, "  \"%s\": ", entry->key);
    if (entry->type == TW_NODE_TEXT) {
      fprintf(out, "\"%s\",\n", entry->text);
      continue;
    }
    fprintf(out, "{\n");
    for (const tw_node *line = entry->first; line != NULL; line = line->next)
      fprintf(out, "    \"%s\": \"%s\"%s\n", line->key, line->text, line->next != NULL ? "," : "");
    fprintf(out, "  },\n");
  }
  fprintf(out, "  \"%s\": {\n", fingerprint);
  print_entries(all, out);
  fprintf(out, "  }\n}\n");
  cr_assert_eq(fclose(out), 0);
}

// One line against what is known of it; says what a difference means.
static void compare(const golden *now, const tw_node *known) {
  const tw_node *node = tw_node_member(known, now->name);
  cr_expect_not_null(node, "%s is not in %s: run with TWIN_GOLDEN=write", now->name, HASHES);
  if (node == NULL || strcmp(node->text, now->value) == 0) return;
  const bool has_same_path = strncmp(node->text + 17, now->value + 17, 16) == 0;
  cr_expect(false, "%s\n  was %s\n  is  %s\n  %s", now->name, node->text, now->value,
            has_same_path ? "the sample path is the same: another layout, key or statistic"
                          : "another sample path");
}

Test(golden, states_are_those_that_were_written_down) {
  char fingerprint[20];
  snprintf(fingerprint, sizeof fingerprint, "%016llx", (unsigned long long)tw_math_fingerprint());
  tw_arena arena;
  tw_arena_init(&arena);
  size_t n = 0;
  const char *text = tw_file_read(HASHES, TW_JSON_BYTES_MAX, &n, &arena, NULL);
  cr_assert_not_null(text);
  const tw_node *root = tw_json_read(text, n, HASHES, &arena, NULL);
  cr_assert_not_null(root);
  const tw_node *known = tw_node_member(root, fingerprint);
  gallery *all = make_gallery();
  const char *wish = getenv("TWIN_GOLDEN");
  const bool is_writing = wish != NULL && strcmp(wish, "write") == 0;
  const bool is_skipped = !is_writing && known == NULL;
  if (is_writing) {
    write_hashes(all, fingerprint, root);
  } else if (is_skipped) {
    fprintf(stderr, "no hashes for mathematics %s; to add:\n  \"%s\": {\n", fingerprint, fingerprint);
    print_entries(all, stderr);
    fprintf(stderr, "  }\n");
  } else {
    for (int32_t i = 0; i < all->n; i++) compare(&all->line[i], known);
  }
  free(all);
  tw_arena_free(&arena);
  if (is_skipped) cr_skip_test("mathematics %s is not known", fingerprint);
}

// Whatever the mathematics: two runs in one process agree, and with the shortcuts off.
Test(golden, states_do_not_depend_on_what_ran_before) {
  golden first = {.name = "lines/line10.json"}, again = first;
  hash_line(&first, 20000);
  hash_line(&again, 20000);
  cr_expect_str_eq(first.value, again.value);
}
