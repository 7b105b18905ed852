// expect.h - what a file of the corpus (tests/lines) says that must be found in it, and whether it
// was.

#ifndef TW_TESTS_EXPECT_H
#define TW_TESTS_EXPECT_H

#include <twin/base.h>

// Reads the bytes of a file into a text of its own, which ends with a NUL; fails the test when it
// cannot.
char *test_file_text(const char *path, size_t *n_byte);

// Calls check with each .json file of a folder; returns how many there are.
int test_each_line_file(const char *folder, void (*check)(const char *path));

// Fails unless the problems are those that the file expects on its line "x-expect", and no others:
// each with its code, pointer, line and file, which is the line file itself where no other one is
// named. Where one says "under", its caret stands where this text begins; that of E-KEY under the
// name of the member in any case.
void test_expect_problems(const char *path, twin_problems *problems);

#endif
