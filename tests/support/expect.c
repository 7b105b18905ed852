// expect.c - reads "x-expect" of a file of the corpus, which stands on a line of its own so that it
// can be read where the rest is no JSON, and compares problems with it.

#include "support/expect.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"

char *test_file_text(const char *path, size_t *n_byte) {
  FILE *file = fopen(path, "rb");
  cr_assert_not_null(file, "%s", path);
  fseek(file, 0, SEEK_END);
  const long n = ftell(file);
  rewind(file);
  char *text = calloc(1, (size_t)n + 1);
  cr_assert_eq(fread(text, 1, (size_t)n, file), (size_t)n, "%s", path);
  fclose(file);
  *n_byte = (size_t)n;
  return text;
}

int test_each_line_file(const char *folder, void (*check)(const char *path)) {
  char path[400];
  DIR *files = opendir(folder);
  cr_assert_not_null(files, "%s", folder);
  int n = 0;
  for (const struct dirent *file; (file = readdir(files)) != NULL;) {
    const char *end = strrchr(file->d_name, '.');
    if (end == NULL || strcmp(end, ".json") != 0) continue;
    snprintf(path, sizeof path, "%s/%s", folder, file->d_name);
    check(path);
    n++;
  }
  closedir(files);
  return n;
}

// Finds a piece in bytes, which may hold a NUL.
static const char *find(const char *bytes, const char *end, const char *piece) {
  const size_t n = strlen(piece);
  for (const char *at = bytes; at + n <= end; at++)
    if (memcmp(at, piece, n) == 0) return at;
  return NULL;
}

// The list of expectations as a tree.
static const tw_node *read_expectations(const char *path, tw_arena *arena) {
  static const char begin[] = "\n  \"x-expect\": ";
  size_t n_byte;
  char *text = test_file_text(path, &n_byte);
  const char *at = find(text, text + n_byte, begin);
  cr_assert_not_null(at, "%s expects nothing", path);
  at += sizeof begin - 1;
  const char *end = strchr(at, '\n');
  while (end > at && end[-1] != ']') end--;
  const tw_node *list = tw_json_read(at, (size_t)(end - at), path, arena, NULL);
  cr_assert_not_null(list, "%s: \"x-expect\" cannot be read", path);
  cr_assert(list->type == TW_NODE_LIST && list->n_child > 0, "%s expects nothing", path);
  free(text);
  return list;
}

static const char *text_of(const tw_node *expected, const char *key, const char *otherwise) {
  const tw_node *member = tw_node_member(expected, key);
  return member != NULL ? member->text : otherwise;
}

// What must stand at the place of a problem: "under", else the name of the member for E-KEY. NULL:
// anything may.
static const char *wanted_under(const tw_node *expected, char *buffer, size_t n_buffer) {
  const char *under = text_of(expected, "under", NULL);
  const char *key = strrchr(text_of(expected, "pointer", ""), '/');
  if (under != NULL || key == NULL || strcmp(text_of(expected, "code", ""), "E-KEY") != 0) return under;
  // items of lists have no name, and what is escaped is written otherwise
  if (strpbrk(key, "~0123456789") != NULL || tw_node_member(expected, "file") != NULL) return NULL;
  snprintf(buffer, n_buffer, "\"%s\"", key + 1);
  return buffer;
}

// Fails unless the caret of a problem stands where the text begins.
static void expect_under(const char *path, const twin_problem *problem, const char *under) {
  size_t n_byte;
  char *text = test_file_text(path, &n_byte);
  const char *at = text;
  for (int32_t line = 1; line < problem->line && at != NULL; line++) {
    at = strchr(at, '\n');
    at = at != NULL ? at + 1 : NULL;
  }
  cr_assert_not_null(at, "%s has no line %d", path, (int)problem->line);
  for (int32_t i = 1; i < problem->column && *at != '\0'; at++)
    i += ((unsigned char)at[1] & 0xc0) != 0x80;
  cr_expect(strncmp(at, under, strlen(under)) == 0, "%s: %s at %s stands under %.20s", path,
            problem->code, problem->pointer, at);
  free(text);
}

static bool is_expected(const twin_problem *problem, const tw_node *expected, const char *path) {
  const tw_node *line = tw_node_member(expected, "line");
  return line != NULL && problem->line == (int32_t)line->number &&
         strcmp(problem->code, text_of(expected, "code", "")) == 0 &&
         strcmp(problem->pointer, text_of(expected, "pointer", "?")) == 0 &&
         strcmp(problem->file, text_of(expected, "file", path)) == 0;
}

// Expectations of the same problem; they may name different cells of a line.
static int count_same(const tw_node *list, const tw_node *expected) {
  static const char *const keys[] = {"code", "pointer", "line", "file"};
  int n = 0;
  for (const tw_node *other = list->first; other != NULL; other = other->next) {
    bool is_same = true;
    for (int i = 0; i < 4; i++)
      is_same = is_same && strcmp(text_of(other, keys[i], ""), text_of(expected, keys[i], "")) == 0;
    n += is_same;
  }
  return n;
}

void test_expect_problems(const char *path, twin_problems *problems) {
  tw_arena arena;
  tw_arena_init(&arena);
  const tw_node *list = read_expectations(path, &arena);
  const size_t n_problem = twin_problems_count(problems, -1);
  cr_expect_eq(n_problem, (size_t)list->n_child, "%s: %zu problems, the first: %s", path, n_problem,
               twin_problems_text(problems, 0));
  for (const tw_node *expected = list->first; expected != NULL; expected = expected->next) {
    int n = 0;
    twin_problem problem = {.struct_size = sizeof problem};
    char buffer[200];
    const char *under = wanted_under(expected, buffer, sizeof buffer);
    for (size_t i = 0; twin_problems_get(problems, i, &problem) == TWIN_OK; i++) {
      if (!is_expected(&problem, expected, path)) continue;
      if (under != NULL) expect_under(path, &problem, under);
      n++;
    }
    cr_expect_eq(n, count_same(list, expected), "%s: %s at %s; the first: %s", path,
                 text_of(expected, "code", "?"), text_of(expected, "pointer", "?"),
                 twin_problems_text(problems, 0));
  }
  tw_arena_free(&arena);
}
