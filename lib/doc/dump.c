// dump.c - prints the resolved document. The tree holds everything already: parsing put
// defaults in as nodes and members in the order of their tables. What is left is to say which are
// defaults.

#include <string.h>

#include "base/assert.h"
#include "doc/doc.h"

static const char list_key[] = "x-defaults";

// Lists the defaults under a node whose pointer is in `path`, which comes back as it was. An object
// that is there only for its defaults is not named itself.
static void list_defaults(const tw_node *node, tw_text *path, int32_t *n_listed, tw_text *out) {
  const size_t n = path->n;
  for (const tw_node *child = node->first; child != NULL; child = child->next) {
    tw_node_step(child, path);
    if (child->first != NULL) {
      list_defaults(child, path, n_listed, out);
    } else if (child->is_default && path->at != NULL) {
      tw_text_add(out, (*n_listed)++ == 0 ? "\n    " : ",\n    ");
      tw_text_add_json(out, path->at);
    }
    tw_text_cut(path, n);
  }
}

void tw_doc_dump(const tw_doc *doc, tw_text *out) {
  TW_ASSERT(doc != NULL && out != NULL);
  TW_ASSERT(doc->root != NULL && doc->root->type == TW_NODE_OBJECT);
  tw_text path = {.memory = out->memory};
  int32_t n_listed = 0;
  tw_text_add(out, "{");
  for (const tw_node *child = doc->root->first; child != NULL; child = child->next) {
    if (strcmp(child->key, list_key) == 0) continue;
    tw_text_add(out, "\n  ");
    tw_text_add_json(out, child->key);
    tw_text_add(out, ": ");
    tw_node_dump(child, 1, out);
    tw_text_add(out, ",");
  }
  tw_text_print(out, "\n  \"%s\": [", list_key);
  list_defaults(doc->root, &path, &n_listed, out);
  tw_text_add(out, n_listed == 0 ? "]\n}\n" : "\n  ]\n}\n");
  if (path.is_out_of_memory) out->is_out_of_memory = true;
  tw_text_free(&path);
}
