// file.h - a run file that is open for reading, inside: counted, because streams of its tables hold
// it, and guarded, because they may be read on another thread than the file.

#ifndef TW_API_FILE_H
#define TW_API_FILE_H

#include "api/table.h"
#include "io/run_file.h"

// What stands between begin and end is alone with the file.
tw_run_reader *tw_file_begin(const twin_file *file);
void tw_file_end(const twin_file *file);

#endif
