// csv_kept.c - tables that travel with their line. What was read from a CSV file is kept as a text
// in the member "x-tables" of the document, so that its dump and every run file can be read
// anywhere, and mean what was run even if the CSV file has changed since.

#include <string.h>

#include "base/assert.h"
#include "io/csv_inner.h"

static const char kept_key[] = "x-tables";

static tw_node *root_of(const tw_node *node) {
  while (node->parent != NULL) node = node->parent;
  return (tw_node *)node;
}

// JSON holds UTF-8 only, and no NUL.
static bool is_text(const char *bytes, size_t n) {
  for (size_t i = 0; i < n;) {
    const size_t n_byte = tw_utf8_length(bytes + i, n - i);
    if (n_byte == 0 || bytes[i] == 0) return false;
    i += n_byte;
  }
  return true;
}

const char *tw_csv_kept(const tw_node *node, const char *file, size_t *n) {
  TW_ASSERT(node != NULL && file != NULL && n != NULL);
  const tw_node *kept = tw_node_member(tw_node_member(root_of(node), kept_key), file);
  if (kept == NULL || kept->type != TW_NODE_TEXT) return NULL;
  *n = strlen(kept->text);
  return kept->text;
}

static tw_node *add(tw_node *parent, tw_arena *arena, const char *key, tw_node_type type) {
  tw_node *made = tw_arena_take(arena, sizeof *made);
  if (made == NULL) return NULL;
  *made = (tw_node){.type = type, .key = key};
  tw_node_append(parent, made);
  return made;
}

void tw_csv_keep(const tw_reader *reader, const tw_node *node, const char *file, const char *bytes,
                 size_t n) {
  TW_ASSERT(reader != NULL && node != NULL && file != NULL && bytes != NULL);
  tw_node *root = root_of(node);
  if (root->type != TW_NODE_OBJECT || n > TW_CSV_KEPT_MAX || !is_text(bytes, n)) return;
  tw_node *tables = (tw_node *)tw_node_member(root, kept_key);
  if (tables == NULL) tables = add(root, reader->arena, kept_key, TW_NODE_OBJECT);
  if (tables == NULL || tables->type != TW_NODE_OBJECT) return;
  const char *text = tw_arena_text_n(reader->arena, bytes, n);
  const char *key = tw_arena_text(reader->arena, file);
  if (text == NULL || key == NULL || tw_node_member(tables, file) != NULL) return;
  tw_node *made = add(tables, reader->arena, key, TW_NODE_TEXT);
  if (made != NULL) made->text = text;
}
