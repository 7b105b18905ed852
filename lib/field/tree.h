// tree.h - a JSON document as a tree with places: what io/json hands to the field tables. It keeps
// member order, decoded texts and the line and column of every value, so that each problem can
// say where. Nodes live in an arena and are not changed after reading, but for patches.

#ifndef TW_FIELD_TREE_H
#define TW_FIELD_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/problems.h"
#include "base/text.h"

typedef enum tw_node_type {
  TW_NODE_NULL,
  TW_NODE_BOOL,
  TW_NODE_NUMBER,
  TW_NODE_TEXT,
  TW_NODE_LIST,
  TW_NODE_OBJECT
} tw_node_type;

typedef struct tw_node {
  tw_node_type type;
  bool truth;
  bool is_default;  // not in the file, or listed in its "x-defaults" and still the default
  bool is_listed;   // "x-defaults" of the file names it
  int32_t n_child;
  int32_t i;             // position among the children of parent, as read
  int32_t line, column;  // of the value, from 1, in characters; 0 when made from a default
  int32_t key_line, key_column;  // of the member's name; 0 where there is none
  const char *file;      // where that is; NULL: the document itself, else a table beside it
  const char *key;       // member name; NULL in lists and at the root
  const char *meant;     // the name that a misspelt one is taken for; NULL: it is no slip
  bool is_broken;        // some of it could not be read, so what is missing in it says nothing
  const char *text;      // TEXT: decoded; NUMBER: as written
  double number;
  struct tw_node *parent, *next, *first, *last;
} tw_node;

// A document: its tree and the name that problems print as the file.
typedef struct tw_source_text {
  const char *file;
  const tw_node *root;
} tw_source_text;

// The member of an object by its key, or by what its key is taken for; NULL when there is none, or `object` is NULL or no object.
const tw_node *tw_node_member(const tw_node *object, const char *key);

// The name of a member as a node of its own: a text that stands where the name does, with the
// member's pointer. For problems that are about the name and not about its value; of what has no
// name, or none in the file, the place is the value's.
tw_node tw_node_name(const tw_node *member);

// Appends a child; its key is NULL in lists.
void tw_node_append(tw_node *parent, tw_node *child);

// Makes a default node from the JSON text of a constant in the program ("\"0 s\"", "[]", "{}", "1")
// and appends it to parent. Not for texts from outside. NULL when memory is short.
tw_node *tw_node_preset(tw_node *parent, const char *key, const char *json, tw_arena *arena);

// True when both have the same value; the order of members counts.
bool tw_node_equal(const tw_node *a, const tw_node *b);

// True for keys that are the user's own everywhere: "about" and "x-...".
bool tw_key_is_free(const char *key);

// Describes a value in at most 63 characters, for messages: `2.6`, `"fast"`, `a list`.
enum { TW_GOT_BYTES = 64 };
const char *tw_node_got(const tw_node *node, char buffer[TW_GOT_BYTES]);

// Prints a tree as JSON, `depth` levels in, two spaces each; what fits on a line stays on one. The
// text depends on nothing but the values, so printing what was read from it gives it again.
void tw_node_dump(const tw_node *node, int32_t depth, tw_text *out);

// Writes the JSON Pointer of a node ("/stations/saw/time", escaped as RFC 6901 says).
void tw_node_pointer(const tw_node *node, tw_text *out);

// Adds the last step of a node's pointer, "/time" or "/0". To walk a tree with one growing text,
// cut it back to its length before.
void tw_node_step(const tw_node *node, tw_text *out);
void tw_text_cut(tw_text *text, size_t n);

// Adds a problem at a node: file, line, column and pointer are filled in from it.
// code "E-UNIT" is an error, "W-RHO" a warning. got, wanted, hint may be NULL. A default node and a
// key that is missing have no place of their own: the nearest node around that has one is named.
// The place of E-KEY is the name of the member, of other codes its value.
void tw_node_problem(twin_problems *problems, const char *file, const tw_node *node,
                     const char *code, const char *got, const char *wanted, const char *hint,
                     const char *format, ...) __attribute__((format(printf, 8, 9)));

#endif
