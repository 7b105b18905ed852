// hash.c - what a document means, as a number: files that differ only in spelling have the same.

#include <string.h>

#include "base/hash.h"
#include "doc/doc.h"

// What hashes are over when only the meaning counts.
static bool is_commentary(const char *key) {
  return key != NULL && (strcmp(key, "about") == 0 || strncmp(key, "x-", 2) == 0 ||
                         strcmp(key, "$schema") == 0 || strcmp(key, "record") == 0 ||
                         strcmp(key, "scenarios") == 0 || strcmp(key, "targets") == 0 ||
                         strcmp(key, "name") == 0);
}

static uint64_t hash_bits(uint64_t hash, double number) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  return tw_hash_word(hash, bits);
}

static uint64_t hash_text(const char *text) {
  double si;
  tw_dim dim;
  if (tw_quantity_read(text, &si, &dim) == TW_QUANTITY_OK)
    return tw_hash_bytes(hash_bits(TW_HASH_SEED, si), &dim, sizeof dim);
  return tw_hash_text(TW_HASH_SEED, text);
}

// Does the order of this object's members mean something? File order breaks ties between named things.
static bool is_ordered(const tw_node *object) {
  static const char *const words[] = {"sources", "buffers",   "stations", "demands", "failures",
                                      "workers", "resources", "parts", "steps", "tariff"};
  for (size_t i = 0; object->key != NULL && i < sizeof words / sizeof words[0]; i++)
    if (strcmp(object->key, words[i]) == 0) return true;
  return false;
}

uint64_t tw_doc_hash(const tw_node *node) {
  uint64_t hash = tw_hash_word(TW_HASH_SEED, (uint64_t)node->type);
  switch (node->type) {
  case TW_NODE_NULL: return hash;
  case TW_NODE_BOOL: return tw_hash_word(hash, node->truth);
  case TW_NODE_NUMBER: return hash_bits(hash, node->number);
  case TW_NODE_TEXT: return tw_hash_word(hash, hash_text(node->text));
  case TW_NODE_LIST:
    for (const tw_node *child = node->first; child != NULL; child = child->next)
      hash = tw_hash_word(hash, tw_doc_hash(child));
    return hash;
  case TW_NODE_OBJECT: break;
  }
  uint64_t sum = 0;
  for (const tw_node *child = node->first; child != NULL; child = child->next) {
    if (is_commentary(child->key)) continue;
    sum += tw_hash_word(tw_hash_text(TW_HASH_SEED, child->key), tw_doc_hash(child));
    if (is_ordered(node))
      hash = tw_hash_text(hash, child->key);
  }
  return tw_hash_word(hash, sum);
}
