// serial.h - the quick way through a plain piece of line: one machine between FIFO buffers, a source in
// front or a sink behind. It does exactly what settling would do, in the same order, without visits.

#ifndef TW_STATION_SERIAL_H
#define TW_STATION_SERIAL_H

#include "engine/work.h"
#include "station/buffer.h"

// Finds the plain pieces of a compiled line.
void tw_serial_compile(tw_line *line);

// The part on a plain station's only machine is complete and its exit is known. Moves it on, and
// whatever that lets move. Only when the event is alone in its round. What leads out of the plain
// piece is marked and left to the settle.
void tw_serial_finish(tw_run *run, int32_t place_i);

#endif
