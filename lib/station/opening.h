// opening.h - the section "opening" of a line file: what is in the line when a run begins.

#ifndef TW_STATION_OPENING_H
#define TW_STATION_OPENING_H

#include "model/line.h"

// Reads the section of a compiled line; false with problems.
bool tw_opening_compile(tw_line *line, const tw_reader *reader);

#endif
