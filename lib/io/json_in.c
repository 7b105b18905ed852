// json_in.c - JSON into a tree: the scanner proves that the text is JSON and finds the place of
// each value, cJSON decodes the values, and both are walked side by side. The only home of cJSON,
// which keeps a global error pointer: parsing is done by one thread at a time. Invariant: scanner
// and cJSON see the same values in the same order, or nothing is handed out.

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "base/assert.h"
#include "io/json.h"
#include "io/json_scan.h"

// The one mutable global of the library.
static atomic_flag tw_json_guard = ATOMIC_FLAG_INIT;

typedef struct builder {
  const tw_json_scan *scan;
  const char *text, *file;
  size_t n_used;   // places
  tw_node *nodes;  // [scan->n_place]
  tw_arena *arena;
  twin_problems *problems;
  bool has_duplicate, is_broken;
} builder;

// cJSON passes over a byte order mark only where at least two characters follow it.
static cJSON *parse_guarded(const char *text, size_t n_bytes, const char **end) {
  const size_t n_mark = n_bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  while (atomic_flag_test_and_set_explicit(&tw_json_guard, memory_order_acquire)) sched_yield();
  cJSON *tree = cJSON_ParseWithLengthOpts(text + n_mark, n_bytes - n_mark, end, 0);
  atomic_flag_clear_explicit(&tw_json_guard, memory_order_release);
  return tree;
}

static void fill_scalar(builder *in, tw_node *node, const cJSON *value,
                        const tw_json_place *place) {
  if (cJSON_IsString(value)) {
    node->type = TW_NODE_TEXT;
    node->text = tw_arena_text(in->arena, value->valuestring);
  } else if (cJSON_IsNumber(value)) {
    // The digits are read again without the locale and kept as they were written.
    node->type = TW_NODE_NUMBER;
    node->text = tw_arena_text_n(in->arena, in->text + place->offset, place->n_bytes);
    if (node->text == NULL || tw_number_read(node->text, &node->number) != place->n_bytes) {
      in->is_broken = true;
    }
  } else if (cJSON_IsBool(value)) {
    node->type = TW_NODE_BOOL;
    node->truth = cJSON_IsTrue(value);
  } else {
    TW_ASSERT(cJSON_IsNull(value));
    node->type = TW_NODE_NULL;
  }
}

static int compare_keys(const void *a, const void *b) {
  const tw_node *x = *(const tw_node *const *)a, *y = *(const tw_node *const *)b;
  const int order = strcmp(x->key, y->key);
  return order != 0 ? order : (x->i > y->i) - (x->i < y->i);
}

static void report_duplicate(builder *in, const tw_node *first, const tw_node *again) {
  char buffer[TW_GOT_BYTES];
  in->has_duplicate = true;
  const tw_node name = tw_node_name(again);
  tw_node_problem(in->problems, in->file, &name, "E-JSON", again->key, "each name once", NULL,
                  "%s is here a second time, first on line %d", tw_node_got(&name, buffer),
                  (int)first->key_line);
}

// Sorted, equal names are neighbours: 100000 members cost no more than their sorting.
static void find_duplicates(builder *in, const tw_node *object) {
  const size_t n = (size_t)object->n_child;
  const tw_node *few[16];
  const tw_node **sorted = n <= 16 ? few : tw_memory_take(&in->arena->memory, n * sizeof *sorted);
  if (sorted == NULL) {
    in->arena->is_out_of_memory = 1;
    return;
  }
  size_t i = 0;
  for (const tw_node *child = object->first; child != NULL; child = child->next) {
    sorted[i++] = child;
  }
  TW_ASSERT(i == n);
  if (n > 1) qsort(sorted, n, sizeof *sorted, compare_keys);
  const tw_node *first = n > 0 ? sorted[0] : NULL;
  for (i = 1; i < n; i++) {
    if (strcmp(sorted[i]->key, first->key) == 0) {
      report_duplicate(in, first, sorted[i]);
    } else {
      first = sorted[i];
    }
  }
  if (sorted != few) tw_memory_free(&in->arena->memory, sorted);
}

// Builds the node of a value and of everything inside. Depth is bounded by the scanner.
static tw_node *build(builder *in, const cJSON *value) {
  if (in->n_used >= in->scan->n_place) {
    in->is_broken = true;
    return NULL;
  }
  const tw_json_place *place = &in->scan->place[in->n_used];
  TW_ASSERT(place->line > 0 && place->column > 0);
  tw_node *node = &in->nodes[in->n_used++];
  node->line = place->line;
  node->column = place->column;
  node->key_line = place->key_line;
  node->key_column = place->key_column;
  if (!cJSON_IsObject(value) && !cJSON_IsArray(value)) {
    fill_scalar(in, node, value, place);
    return node;
  }
  node->type = cJSON_IsObject(value) ? TW_NODE_OBJECT : TW_NODE_LIST;
  for (const cJSON *item = value->child; item != NULL; item = item->next) {
    tw_node *child = build(in, item);
    if (child == NULL || in->is_broken || in->arena->is_out_of_memory) return NULL;
    if (node->type == TW_NODE_OBJECT) {
      child->key = tw_arena_text(in->arena, item->string);
      if (child->key == NULL) return NULL;
    }
    tw_node_append(node, child);
  }
  return node;
}

// Duplicates are looked for when the tree hangs together, so that pointers to them are whole.
static void check_objects(builder *in, const tw_node *node) {
  if (node->type == TW_NODE_OBJECT) find_duplicates(in, node);
  for (const tw_node *child = node->first; child != NULL; child = child->next) {
    if (child->first != NULL) check_objects(in, child);
  }
}

static tw_node *build_tree(builder *in, const cJSON *tree) {
  in->nodes = tw_arena_take_array(in->arena, in->scan->n_place, sizeof *in->nodes);
  if (in->nodes == NULL) return NULL;
  tw_node *root = build(in, tree);
  if (root == NULL || in->is_broken || in->n_used != in->scan->n_place) return NULL;
  check_objects(in, root);
  return in->has_duplicate || in->arena->is_out_of_memory ? NULL : root;
}

static void report_at(twin_problems *problems, const char *file, int32_t line, int32_t column,
                      const char *hint, const char *message) {
  const tw_problem_text text = {
      .code = "E-JSON", .file = file, .line = line, .column = column, .hint = hint};
  tw_problems_add(problems, &text, "%s", message);
}

// Reads a text that the scanner has passed.
static tw_node *read_scanned(builder *in, size_t n_bytes) {
  const char *end = NULL;
  cJSON *tree = parse_guarded(in->text, n_bytes, &end);
  tw_node *root = tree != NULL ? build_tree(in, tree) : NULL;
  // the scanner has passed all that cJSON would refuse, so no tree means no memory
  const bool is_short = tree == NULL;
  cJSON_Delete(tree);
  if (root != NULL || in->has_duplicate) return root;
  if (in->arena->is_out_of_memory || is_short) {
    in->arena->is_out_of_memory = 1;
    tw_fail(in->problems, TWIN_ERR_MEMORY, "not enough memory to read %s", in->file);
  } else {
    report_at(in->problems, in->file, 0, 0, NULL, "this text cannot be read as JSON");
  }
  return NULL;
}

tw_node *tw_json_read(const char *text, size_t n_bytes, const char *file, tw_arena *arena,
                      twin_problems *problems) {
  TW_ASSERT(text != NULL && file != NULL && arena != NULL);
  if (n_bytes > TW_JSON_BYTES_MAX) {
    report_at(problems, file, 0, 0, NULL, "the text is larger than 64 MiB");
    return NULL;
  }
  tw_json_scan scan = {.memory = &arena->memory};
  tw_node *root = NULL;
  if (tw_json_scan_text(&scan, text, n_bytes)) {
    builder in = {.scan = &scan, .text = text, .file = file, .arena = arena, .problems = problems};
    root = read_scanned(&in, n_bytes);
  } else if (scan.is_out_of_memory) {
    arena->is_out_of_memory = 1;
    tw_fail(problems, TWIN_ERR_MEMORY, "not enough memory to read %s", file);
  } else {
    report_at(problems, file, scan.line, scan.column, scan.hint, scan.message);
  }
  tw_json_scan_free(&scan);
  return root;
}
