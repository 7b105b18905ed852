// quantity_hint.h - from a path that is none to the path that was meant; and what quantity.c lends
// to it. Only these two files include it.

#ifndef TW_OBSERVE_QUANTITY_HINT_H
#define TW_OBSERVE_QUANTITY_HINT_H

#include "observe/quantity_rows.h"

// Adds the problem "nothing is called ..." with the nearest path as its hint.
void tw_quantity_explain(const tw_line *line, const char *path, twin_problems *problems);

// quantity.c: the handle of a path or 0, without a problem.
uint64_t tw_quantity_match(const tw_line *line, const char *path);

// quantity.c: word of a scope at the beginning of a path; its objects by number and by name.
const char *tw_scope_root(tw_quantity_scope scope);
bool tw_scope_has(const tw_line *line, tw_quantity_scope scope, int32_t object_i);
const char *tw_scope_name(const tw_line *line, tw_quantity_scope scope, int32_t object_i);
int32_t tw_scope_place(const tw_line *line, tw_quantity_scope scope, int32_t object_i);
int32_t tw_scope_find(const tw_line *line, tw_quantity_scope scope, const char *name, size_t n);

// quantity.c: how many subs a row has for an object, and their names ("processing").
int32_t tw_sub_count(const tw_line *line, const tw_quantity_row *row, int32_t object_i);
const char *tw_sub_name(const tw_line *line, const tw_quantity_row *row, int32_t place_i,
                        int32_t sub_i);

#endif
