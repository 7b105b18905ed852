// scenario_change.c - see scenario_change.h.

#include "study/scenario_change.h"

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/limits.h"

// One change on its way through the tree.
typedef struct walk {
  const tw_changing *changing;
  const tw_change *change;
  tw_arena *arena;
  twin_problems *problems;
} walk;

static bool refuse(const walk *in, const char *hint, const char *message) {
  tw_node_problem(in->problems, in->changing->base->doc.file, in->change->value, "E-REF", NULL,
                  NULL, hint, "%s", message);
  return false;
}

// Copies a value with its place; it stands nowhere yet.
static tw_node *copy_node(tw_arena *arena, const tw_node *from, const char *key) {
  tw_node *node = tw_arena_take(arena, sizeof *node);
  if (node == NULL) return NULL;
  node->type = from->type;
  node->truth = from->truth;
  node->number = from->number;
  node->line = from->line;
  node->column = from->column;
  if (from->file != NULL) node->file = tw_arena_text(arena, from->file);
  if (from->text != NULL) node->text = tw_arena_text(arena, from->text);
  if (key != NULL) node->key = tw_arena_text(arena, key);
  for (const tw_node *child = from->first; child != NULL; child = child->next) {
    tw_node *copy = copy_node(arena, child, child->key);
    if (copy == NULL || arena->is_out_of_memory) return NULL;
    tw_node_append(node, copy);
  }
  return arena->is_out_of_memory ? NULL : node;
}

// The next step of a pointer, unescaped as RFC 6901 says; moves *at on. NULL: memory is short.
static const char *next_step(tw_arena *arena, const char **at) {
  TW_ASSERT(**at == '/');
  const char *from = *at + 1;
  const size_t n = strcspn(from, "/");
  char *step = tw_arena_text_n(arena, from, n), *to = step;
  *at = from + n;
  if (step == NULL) return NULL;
  for (const char *c = step; *c != 0; c++) {
    const bool is_escape = c[0] == '~' && (c[1] == '0' || c[1] == '1');
    *to++ = !is_escape ? *c : c[1] == '0' ? '~' : '/';
    c += is_escape;
  }
  *to = 0;
  return step;
}

// The child of an object or list that a step names; NULL: there is none.
static tw_node *find_child(const tw_node *parent, const char *step) {
  tw_node *child = parent->first;
  if (parent->type == TW_NODE_OBJECT) {
    while (child != NULL && strcmp(child->key, step) != 0) child = child->next;
    return child;
  }
  char number[16];
  for (int32_t i = 0; child != NULL; child = child->next, i++) {
    snprintf(number, sizeof number, "%d", (int)i);
    if (strcmp(number, step) == 0) return child;
  }
  return NULL;
}

static void unlink_child(tw_node *parent, tw_node *child) {
  tw_node **link = &parent->first;
  tw_node *before = NULL;
  while (*link != child) {
    before = *link;
    link = &before->next;
  }
  *link = child->next;
  if (parent->last == child) parent->last = before;
  parent->n_child--;
  TW_ASSERT((parent->n_child == 0) == (parent->first == NULL));
  for (tw_node *after = child->next; after != NULL; after = after->next) after->i--;
}

// A value takes the place of what was there, and its key.
static void replace(tw_node *at, tw_node *value) {
  tw_node *const parent = at->parent, *const next = at->next;
  const char *const key = at->key;
  const int32_t i = at->i;
  *at = *value;
  at->parent = parent;
  at->next = next;
  at->key = key;
  at->i = i;
  for (tw_node *child = at->first; child != NULL; child = child->next) child->parent = at;
}

// Removes what is there. Whatever is at its default need not stand in the file, but must be known.
static bool remove_at(const walk *in, tw_node *parent, tw_node *child) {
  if (child != NULL) {
    unlink_child(parent, child);
    return true;
  }
  const tw_node *known = in->changing->base->doc.root;
  for (const char *at = in->change->pointer; known != NULL && *at != 0;) {
    const char *step = next_step(in->arena, &at);
    known = step != NULL ? find_child(known, step) : NULL;
  }
  return known != NULL || refuse(in, NULL, "there is nothing to remove at this pointer");
}

// An object on the way that the file leaves out.
static tw_node *add_object(const walk *in, tw_node *parent, const char *key) {
  tw_node *object = tw_arena_take(in->arena, sizeof *object);
  if (object == NULL) return NULL;
  object->type = TW_NODE_OBJECT;
  object->key = key;
  object->line = in->change->value->line;
  object->column = in->change->value->column;
  if (in->change->value->file != NULL)
    object->file = tw_arena_text(in->arena, in->change->value->file);
  tw_node_append(parent, object);
  return object;
}

static bool refuse_step(const walk *in, const tw_node *parent, const char *step) {
  tw_text pointer = {.memory = &in->arena->memory};
  tw_node_pointer(parent, &pointer);
  const char *where = pointer.n > 0 ? pointer.at : "/";
  const char *message;
  if (parent->type == TW_NODE_LIST)
    message =
        tw_arena_print(in->arena, "the list \"%s\" has %d elements, the first is 0, and no \"%s\"",
                       where, (int)parent->n_child, step);
  else
    message = tw_arena_print(in->arena, "\"%s\" is a value, there is no \"%s\" in it", where, step);
  tw_text_free(&pointer);
  return message != NULL && refuse(in, NULL, message);
}

static bool change_at(const walk *in, tw_node *parent, const char *step) {
  tw_node *child = find_child(parent, step);
  if (in->change->value->type == TW_NODE_NULL) return remove_at(in, parent, child);
  if (child == NULL && parent->type == TW_NODE_LIST) return refuse_step(in, parent, step);
  tw_node *value = copy_node(in->arena, in->change->value, child == NULL ? step : NULL);
  if (value == NULL) return false;
  if (child != NULL)
    replace(child, value);
  else
    tw_node_append(parent, value);
  return true;
}

static int32_t count_steps(const char *pointer) {
  int32_t n = 0;
  for (; *pointer != 0; pointer++) n += *pointer == '/';
  return n;
}

static bool make_change(const walk *in, tw_node *root) {
  tw_node *at = root;
  if (count_steps(in->change->pointer) > TW_JSON_DEPTH_MAX)
    return refuse(in, NULL, "the pointer has too many steps");
  if (strcmp(in->change->pointer, "/scenarios") == 0 ||
      strncmp(in->change->pointer, "/scenarios/", strlen("/scenarios/")) == 0)
    return refuse(in, NULL, "a scenario cannot change scenarios");
  for (const char *rest = in->change->pointer;;) {
    const char *step = next_step(in->arena, &rest);
    if (step == NULL) return false;
    if (at->type != TW_NODE_OBJECT && at->type != TW_NODE_LIST) return refuse_step(in, at, step);
    if (*rest == 0) return change_at(in, at, step);
    tw_node *next = find_child(at, step);
    if (next == NULL && at->type == TW_NODE_LIST) return refuse_step(in, at, step);
    if (next == NULL && in->change->value->type == TW_NODE_NULL) return remove_at(in, at, NULL);
    if (next == NULL) next = add_object(in, at, step);
    if (next == NULL) return false;
    at = next;
  }
}

bool tw_changes_make(void *changing, tw_node *root, tw_arena *arena, twin_problems *problems) {
  const tw_changing *own = changing;
  bool is_good = true;
  for (int32_t i = 0; i < own->n; i++) {
    const walk in = {own, &own->change[i], arena, problems};
    if (!make_change(&in, root)) is_good = false;
  }
  if (root->type != TW_NODE_OBJECT) return is_good;
  tw_node *scenarios = find_child(root, "scenarios");
  if (scenarios != NULL) unlink_child(root, scenarios);
  return is_good && !arena->is_out_of_memory;
}
