// outside.h - station kinds from outside the library for tests: the rotary table of
// examples/05_own_kind.c, a plain machine written as such a kind, and one that rolls dice for what
// it does next.

#ifndef TW_TESTS_OUTSIDE_H
#define TW_TESTS_OUTSIDE_H

#include <twin/kind.h>

#include "support/story.h"

// Type "rotary": positions, work, turn.
extern const twin_kind *const test_rotary;

// Type "plain": one position, "time" as of a machine, blocking after service.
extern const twin_kind test_plain;

// Type "dice": "positions", an exit "side"; does at random anything that it may.
extern const twin_kind test_dice;

// All of them, ended by NULL.
extern const twin_kind *const test_kinds[];

// As test_quoted_line, with kinds from outside.
tw_line *test_outside_line(const char *sections, const twin_kind *const *kinds, tw_text *why);

#endif
