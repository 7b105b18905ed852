// tree.c - nodes of a JSON tree: finding, appending, describing, and the problems that point at
// them. Reading JSON from outside is io's; only defaults, constants of this program, are read here.
// Invariant: first, last, next and n_child of a node agree, and every child knows its parent.

#include "field/tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"

enum { DEPTH_MAX = 256 };  // of a pointer; the reader of files allows less

const tw_node *tw_node_member(const tw_node *object, const char *key) {
  TW_ASSERT(key != NULL);
  if (object == NULL || object->type != TW_NODE_OBJECT) return NULL;
  for (const tw_node *child = object->first; child != NULL; child = child->next) {
    if (strcmp(child->meant != NULL ? child->meant : child->key, key) == 0) return child;
  }
  return NULL;
}

tw_node tw_node_name(const tw_node *member) {
  TW_ASSERT(member != NULL);
  tw_node name = *member;
  if (member->key == NULL) return name;
  name.type = TW_NODE_TEXT;
  name.text = member->key;
  name.first = name.last = NULL;
  name.n_child = 0;
  if (member->key_line > 0) {
    name.line = member->key_line;
    name.column = member->key_column;
  }
  return name;
}

void tw_node_append(tw_node *parent, tw_node *child) {
  TW_ASSERT(parent != NULL && child != NULL && child->parent == NULL);
  TW_ASSERT(parent->type == TW_NODE_LIST || parent->type == TW_NODE_OBJECT);
  TW_ASSERT((child->key != NULL) == (parent->type == TW_NODE_OBJECT));
  child->parent = parent;
  child->i = parent->n_child++;
  child->next = NULL;
  if (parent->last == NULL) {
    parent->first = child;
  } else {
    parent->last->next = child;
  }
  parent->last = child;
}

bool tw_key_is_free(const char *key) {
  TW_ASSERT(key != NULL);
  return strcmp(key, "about") == 0 || strncmp(key, "x-", 2) == 0;
}

// Fills a scalar or opens an empty container; `json` is a constant of the program, without escapes.
static void fill_preset(tw_node *node, const char *json, tw_arena *arena) {
  const size_t n = strlen(json);
  if (json[0] == '"') {
    TW_ASSERT(n >= 2 && json[n - 1] == '"' && memchr(json, '\\', n) == NULL);
    node->type = TW_NODE_TEXT;
    node->text = tw_arena_text_n(arena, json + 1, n - 2);
  } else if (strcmp(json, "true") == 0 || strcmp(json, "false") == 0) {
    node->type = TW_NODE_BOOL;
    node->truth = json[0] == 't';
  } else if (strcmp(json, "[]") == 0) {
    node->type = TW_NODE_LIST;
  } else if (strcmp(json, "{}") == 0) {
    node->type = TW_NODE_OBJECT;
  } else {
    node->type = TW_NODE_NUMBER;
    node->text = tw_arena_text(arena, json);
    const size_t n_read = tw_number_read(json, &node->number);
    TW_ASSERT(n_read == n);
    (void)n_read;
  }
}

tw_node *tw_node_preset(tw_node *parent, const char *key, const char *json, tw_arena *arena) {
  TW_ASSERT(parent != NULL && json != NULL && json[0] != 0);
  tw_node *node = tw_arena_take(arena, sizeof *node);
  if (node == NULL) return NULL;
  fill_preset(node, json, arena);
  if (arena->is_out_of_memory) return NULL;
  node->key = key;
  node->is_default = true;
  tw_node_append(parent, node);
  return node;
}

bool tw_node_equal(const tw_node *a, const tw_node *b) {
  TW_ASSERT(a != NULL && b != NULL);
  if (a->type != b->type || a->n_child != b->n_child) return false;
  if (a->type == TW_NODE_BOOL) return a->truth == b->truth;
  if (a->type == TW_NODE_NUMBER) return a->number == b->number;
  if (a->type == TW_NODE_TEXT) return strcmp(a->text, b->text) == 0;
  const tw_node *y = b->first;
  for (const tw_node *x = a->first; x != NULL; x = x->next, y = y->next) {
    if (x->key != NULL && (y->key == NULL || strcmp(x->key, y->key) != 0)) return false;
    if (!tw_node_equal(x, y)) return false;
  }
  return true;
}

void tw_text_cut(tw_text *text, size_t n) {
  TW_ASSERT(text != NULL && n <= text->n);
  text->n = n;
  if (text->at != NULL) text->at[n] = 0;
}

// RFC 6901: "~" and "/" are escaped in keys.
void tw_node_step(const tw_node *node, tw_text *out) {
  TW_ASSERT(node != NULL && out != NULL);
  if (node->key == NULL) {
    tw_text_print(out, "/%d", (int)node->i);
    return;
  }
  tw_text_add_n(out, "/", 1);
  for (const char *at = node->key; *at != 0; at++) {
    if (*at == '~') {
      tw_text_add(out, "~0");
    } else if (*at == '/') {
      tw_text_add(out, "~1");
    } else {
      tw_text_add_n(out, at, 1);
    }
  }
}

void tw_node_pointer(const tw_node *node, tw_text *out) {
  TW_ASSERT(out != NULL);
  const tw_node *path[DEPTH_MAX];
  int n = 0;
  for (const tw_node *at = node; at != NULL && at->parent != NULL && n < DEPTH_MAX;) {
    path[n++] = at;
    at = at->parent;
  }
  while (n > 0) tw_node_step(path[--n], out);
}

// Copies as much as fits without cutting a character of several bytes; says so with three dots.
static void copy_short(char *buffer, size_t n_buffer, const char *text) {
  const size_t n = strlen(text);
  if (n < n_buffer) {
    memcpy(buffer, text, n + 1);
    return;
  }
  size_t n_kept = n_buffer - 4;
  while (n_kept > 0 && ((unsigned char)text[n_kept] & 0xc0) == 0x80) n_kept--;
  memcpy(buffer, text, n_kept);
  memcpy(buffer + n_kept, "...", 4);
}

const char *tw_node_got(const tw_node *node, char buffer[TW_GOT_BYTES]) {
  TW_ASSERT(node != NULL && buffer != NULL);
  char piece[TW_GOT_BYTES - 2];
  switch (node->type) {
    case TW_NODE_NULL: return "null";
    case TW_NODE_BOOL: return node->truth ? "true" : "false";
    case TW_NODE_LIST: return "a list";
    case TW_NODE_OBJECT: return "an object";
    case TW_NODE_NUMBER: copy_short(buffer, TW_GOT_BYTES, node->text); return buffer;
    case TW_NODE_TEXT: break;
  }
  copy_short(piece, sizeof piece, node->text);
  snprintf(buffer, TW_GOT_BYTES, "\"%s\"", piece);
  return buffer;
}

void tw_node_problem(twin_problems *problems, const char *file, const tw_node *node,
                     const char *code, const char *got, const char *wanted, const char *hint,
                     const char *format, ...) {
  TW_ASSERT(code != NULL && format != NULL);
  if (problems == NULL) return;
  const tw_memory *memory = tw_problems_memory(problems);
  tw_text pointer = {.memory = memory}, message = {.memory = memory};
  const tw_node *at = node;
  while (at != NULL && at->line == 0) at = at->parent;
  const tw_node place = at == NULL                    ? (tw_node){0}
                        : strcmp(code, "E-KEY") == 0 ? tw_node_name(at)
                                                     : *at;
  tw_node_pointer(node, &pointer);
  va_list args;
  va_start(args, format);
  tw_text_vprint(&message, format, args);
  va_end(args);
  const tw_problem_text text = {.severity = code[0] == 'W' ? TWIN_WARNING : TWIN_ERROR,
                                .code = code,
                                .file = place.file != NULL ? place.file : file,
                                .line = place.line,
                                .column = place.column,
                                .pointer = pointer.at,
                                .got = got,
                                .wanted = wanted,
                                .hint = hint};
  tw_problems_add(problems, &text, "%s", message.at == NULL ? "" : message.at);
  tw_text_free(&pointer);
  tw_text_free(&message);
}
