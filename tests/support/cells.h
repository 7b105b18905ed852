// cells.h - values out of tables for tests, whatever the type of their column is.

#ifndef TEST_CELLS_H
#define TEST_CELLS_H

#include <twin/twin.h>

// A number in a row; a test that asks for what is not there fails. Integers must be exact as
// double.
double test_number_at(const twin_table *table, const char *column, int64_t row);

// The name in a row, NULL for none.
const char *test_name_at(const twin_table *table, const char *column, int64_t row);

// Number of a column, which is filled in; fails where there is none.
twin_column test_column(const twin_table *table, const char *name);

// All rows of a table of a run file; the test frees it.
twin_table *test_file_table(const twin_file *file, const char *name);

#endif
