// tree_dump.c - prints trees as JSON for people: short objects and lists on one line, as one would
// write them by hand, longer ones a member a line. Linear in the size of the tree.

#include <string.h>

#include "base/assert.h"
#include "field/tree.h"

enum { LINE_MAX_BYTES = 100, INDENT = 2 };

static void add_scalar(const tw_node *node, tw_text *out) {
  switch (node->type) {
    case TW_NODE_NULL: tw_text_add(out, "null"); break;
    case TW_NODE_BOOL: tw_text_add(out, node->truth ? "true" : "false"); break;
    case TW_NODE_NUMBER: tw_text_add(out, node->text); break;  // as it was written
    case TW_NODE_TEXT: tw_text_add_json(out, node->text); break;
    case TW_NODE_LIST: tw_text_add(out, "[]"); break;
    case TW_NODE_OBJECT: tw_text_add(out, "{}"); break;
  }
}

// Prints on one line while the text stays below n_max bytes; false: it does not fit, and `out`
// holds the beginning. Never prints more than n_max and a member beyond.
static bool add_line(const tw_node *node, size_t n_max, tw_text *out) {
  if (node->first == NULL) {
    add_scalar(node, out);
    return out->n <= n_max;
  }
  const bool is_object = node->type == TW_NODE_OBJECT;
  tw_text_add(out, is_object ? "{ " : "[");
  for (const tw_node *child = node->first; child != NULL; child = child->next) {
    if (child->key != NULL) {
      tw_text_add_json(out, child->key);
      tw_text_add(out, ": ");
    }
    if (out->n > n_max || !add_line(child, n_max, out)) return false;
    if (child->next != NULL) tw_text_add(out, ", ");
  }
  tw_text_add(out, is_object ? " }" : "]");
  return out->n <= n_max;
}

static void add_indent(int32_t depth, tw_text *out) {
  tw_text_add(out, "\n");
  for (int32_t i = 0; i < depth * INDENT; i++) tw_text_add_n(out, " ", 1);
}

// Bytes on the last line of a text.
static size_t measure_line(const tw_text *out) {
  size_t n = 0;
  while (n < out->n && n < LINE_MAX_BYTES && out->at[out->n - 1 - n] != '\n') n++;
  return n;
}

void tw_node_dump(const tw_node *node, int32_t depth, tw_text *out) {
  TW_ASSERT(node != NULL && out != NULL && depth >= 0);
  if (node->first == NULL) {
    add_scalar(node, out);
    return;
  }
  const size_t n = out->n, n_line = measure_line(out);
  // One byte is left for the comma behind.
  const bool has_room = n_line + 1 < LINE_MAX_BYTES;
  if (has_room && add_line(node, n + LINE_MAX_BYTES - 1 - n_line, out)) return;
  tw_text_cut(out, n);
  const bool is_object = node->type == TW_NODE_OBJECT;
  tw_text_add(out, is_object ? "{" : "[");
  for (const tw_node *child = node->first; child != NULL; child = child->next) {
    add_indent(depth + 1, out);
    if (child->key != NULL) {
      tw_text_add_json(out, child->key);
      tw_text_add(out, ": ");
    }
    tw_node_dump(child, depth + 1, out);
    if (child->next != NULL) tw_text_add(out, ",");
  }
  add_indent(depth, out);
  tw_text_add(out, is_object ? "}" : "]");
}
