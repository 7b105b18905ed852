// twin.h - libtwin: a digital twin of a production line. This is the header to include.
//
// A line (line.h) is read once and shared; a run (run.h) is what changes, forks and repeats bit for
// bit, and has its state read and set by name (state.h); a recorder (record.h) writes what happened; a
// study (study.h) repeats runs on many threads, a forecast (forecast.h) follows futures of one state; losses.h
// says what a line loses and where.
// Whatever has rows is a table (table.h), which goes on to others as Arrow has it (arrow.h).
// Times are seconds as double. Everything handed out is freed by its own _free or _unref.

#ifndef TWIN_TWIN_H
#define TWIN_TWIN_H

#include <twin/base.h>
#include <twin/forecast.h>
#include <twin/line.h>
#include <twin/losses.h>
#include <twin/record.h>
#include <twin/run.h>
#include <twin/state.h>
#include <twin/study.h>
#include <twin/table.h>

#endif
