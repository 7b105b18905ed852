// quantity_hint.c - guesses the path that was meant, piece by piece: the root, the name of the
// place, the figure. Only what resolves in the end is offered. Runs when a path was wrong, never
// else.

#include "observe/quantity_hint.h"

#include <string.h>

#include "base/assert.h"

// Names among which the nearest is looked for.
typedef struct word_list {
  tw_arena arena;
  const char **at;
  size_t n, capacity;
} word_list;

static void add_word(word_list *list, const char *word) {
  if (list->n == list->capacity) {
    const size_t capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
    const char **at = tw_arena_take_array(&list->arena, capacity, sizeof *at);
    if (at == NULL) return;
    if (list->n > 0) memcpy(at, list->at, list->n * sizeof *at);
    list->at = at;
    list->capacity = capacity;
  }
  list->at[list->n++] = word;
}

static const char *nearest(const word_list *list, const char *word) {
  return tw_text_nearest(word, list->at, list->n);
}

// The scope with the same paths that every such object has.
static tw_quantity_scope plain_scope(tw_quantity_scope scope) {
  switch (scope) {
    case TW_SCOPE_DUE:
    case TW_SCOPE_COST:
    case TW_SCOPE_ENERGY: return TW_SCOPE_LINE;
    case TW_SCOPE_COSTING:
    case TW_SCOPE_DRAWING: return TW_SCOPE_STATION;
    case TW_SCOPE_DRAWER: return TW_SCOPE_MACHINE;
    default: return scope;
  }
}

// Everything that can stand behind an object of the scope, "state/processing".
static void add_rests(word_list *list, const tw_line *line, tw_quantity_scope scope,
                      int32_t object_i) {
  int32_t n_row;
  const tw_quantity_row *rows = tw_quantity_rows(&n_row);
  const int32_t place_i = tw_scope_place(line, scope, object_i);
  for (int32_t i = 0; i < n_row; i++) {
    const bool is_alike = plain_scope(rows[i].scope) == plain_scope(scope);
    if (!is_alike || !tw_scope_has(line, rows[i].scope, object_i)) continue;
    const char *open = strchr(rows[i].rest, '{');
    if (open == NULL) add_word(list, rows[i].rest);
    const int32_t n_sub = open != NULL ? tw_sub_count(line, &rows[i], object_i) : 0;
    for (int32_t k = 0; k < n_sub; k++) {
      const char *name = tw_sub_name(line, &rows[i], place_i, k);
      const char *rest = tw_arena_print(&list->arena, "%.*s%s%s", (int)(open - rows[i].rest),
                                        rows[i].rest, name, strchr(open, '}') + 1);
      if (rest != NULL) add_word(list, rest);
    }
  }
}

static const char *guess_root(word_list *list, const char *root) {
  list->n = 0;
  for (int32_t scope = 0; scope < TW_SCOPE_N; scope++)
    add_word(list, tw_scope_root((tw_quantity_scope)scope));
  return nearest(list, root);
}

// The scope of a root; a station with a number behind its name is a machine.
static tw_quantity_scope scope_of(const char *root, bool has_number) {
  int32_t scope = 0;
  while (scope < TW_SCOPE_N - 1 && strcmp(tw_scope_root((tw_quantity_scope)scope), root) != 0)
    scope++;
  return scope == TW_SCOPE_STATION && has_number ? TW_SCOPE_MACHINE : (tw_quantity_scope)scope;
}

// The nearest object name with the number as it was, or number 1 where there is no such machine.
static const char *guess_name(word_list *list, const tw_line *line, tw_quantity_scope scope,
                              const char *name) {
  list->n = 0;
  const tw_quantity_scope of = scope == TW_SCOPE_MACHINE ? TW_SCOPE_STATION : scope;
  const int32_t n = line->n_place > line->n_pool ? line->n_place : line->n_pool;
  for (int32_t i = 0; i < n; i++)
    if (tw_scope_has(line, of, i)) add_word(list, tw_scope_name(line, of, i));
  const char *stem = tw_arena_text_n(&list->arena, name, strcspn(name, "["));
  if (stem == NULL) return NULL;
  const char *meant = nearest(list, stem);
  if (meant == NULL || scope != TW_SCOPE_MACHINE) return meant;
  const char *numbered = tw_arena_print(&list->arena, "%s%s", meant, name + strlen(stem));
  if (numbered == NULL || tw_scope_find(line, scope, numbered, strlen(numbered)) != TW_NONE)
    return numbered;
  return tw_arena_print(&list->arena, "%s[1]", meant);
}

static const char *guess_rest(word_list *list, const tw_line *line, tw_quantity_scope scope,
                              const char *name, const char *rest) {
  list->n = 0;
  const int32_t object_i = tw_scope_find(line, scope, name, strlen(name));
  if (object_i == TW_NONE) return NULL;
  add_rests(list, line, scope, object_i);
  for (size_t i = 0; i < list->n; i++)
    if (strcmp(list->at[i], rest) == 0) return rest;
  return nearest(list, rest);
}

// What a wrong path is taken for.
typedef struct guess {
  const char *path;  // NULL: nothing that resolves
  const char *stem;  // "buffers/b1/", the part that was understood; NULL: not even that
} guess;

static guess guess_path(word_list *list, const tw_line *line, const char *path) {
  const size_t n_root = strcspn(path, "/");
  const char *root = tw_arena_text_n(&list->arena, path, n_root);
  root = root != NULL ? guess_root(list, root) : NULL;
  if (root == NULL) return (guess){NULL, NULL};
  const char *rest = path[n_root] == '/' ? path + n_root + 1 : "";
  tw_quantity_scope scope = scope_of(root, false);
  const char *name = "";
  const bool has_name = scope != TW_SCOPE_LINE && scope != TW_SCOPE_SHARED;
  if (has_name) {
    const size_t n_name = strcspn(rest, "/");
    const char *given = tw_arena_text_n(&list->arena, rest, n_name);
    if (given == NULL) return (guess){NULL, NULL};
    scope = scope_of(root, strchr(given, '[') != NULL);
    name = guess_name(list, line, scope, given);
    rest += n_name + (rest[n_name] == '/');
  }
  if (name == NULL) return (guess){NULL, NULL};
  const char *stem =
      tw_arena_print(&list->arena, "%s/%s%s", root, name, has_name ? "/" : "");
  rest = guess_rest(list, line, scope, name, rest);
  if (stem == NULL || rest == NULL) return (guess){NULL, stem};
  const char *meant = tw_arena_print(&list->arena, "%s%s", stem, rest);
  const bool is_good = meant != NULL && tw_quantity_match(line, meant) != 0;
  return (guess){is_good ? meant : NULL, stem};
}

// Lists a few of the figures that were looked through last.
static void print_known(const word_list *list, const char *stem, tw_text *out) {
  enum { N_SHOWN = 12 };
  tw_text_print(out, "of %s there are", stem);
  for (size_t i = 0; i < list->n && i < N_SHOWN; i++)
    tw_text_print(out, "%s %s", i == 0 ? "" : ",", list->at[i]);
  if (list->n > N_SHOWN) tw_text_add(out, ", ...");
}

void tw_quantity_explain(const tw_line *line, const char *path, twin_problems *problems) {
  TW_ASSERT(line != NULL && path != NULL);
  word_list list = {0};
  tw_text hint = {.memory = tw_line_memory(line)};
  tw_arena_init_with(&list.arena, tw_line_memory(line));
  const guess meant = guess_path(&list, line, path);
  if (strstr(path, "/above/") != NULL) {
    tw_text_add(&hint, "a threshold is a duration, as in \"line/lead_time/above/5 min\"");
  } else if (meant.path != NULL) {
    tw_text_print(&hint, "did you mean \"%s\"?", meant.path);
  } else if (meant.stem != NULL && list.n > 0) {
    print_known(&list, meant.stem, &hint);
  } else {
    tw_text_add(&hint, "paths begin with line/, stations/NAME/, buffers/NAME/, sources/NAME/, "
                       "workers/NAME/ or resources/NAME/");
  }
  tw_problems_add(problems,
                  &(tw_problem_text){.status = TWIN_ERR_NOT_FOUND,
                                     .code = "E-REF",
                                     .got = path,
                                     .wanted = meant.path,
                                     .hint = hint.at},
                  "\"%s\" is no quantity of this line", path);
  tw_text_free(&hint);
  tw_arena_free(&list.arena);
}
