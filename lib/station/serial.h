// serial.h - the quick way through a plain piece of line: one machine between FIFO buffers, a source in
// front or a sink behind. It does exactly what settling would do, in the same order, without visits.

#ifndef TW_STATION_SERIAL_H
#define TW_STATION_SERIAL_H

#include "engine/work.h"
#include "station/buffer.h"

// A buffer in front of or behind a plain station, with all that a move through it has to know.
typedef struct tw_serial_buffer {
  int32_t place_i;        // TW_NONE: a source in front, a sink behind
  uint32_t state_offset;  // of its tw_buffer in the block
  const tw_buffer_param *param;
} tw_serial_buffer;

// A plain station: what is beside it, as indices.
typedef struct tw_serial {
  int32_t place_i, machine_i, main_exit, work_slot, time_site;
  uint32_t place_offset, machine_offset;  // of their states in the block
  const tw_dist *time;                // of every part; NULL: by part, or with a factor
  bool has_processing_clock, gives_while_down;
  int32_t source_i, sink_i;           // TW_NONE where there is a buffer
  tw_serial_buffer in, out;
  int32_t taker_i;                    // who takes from `out`
  const struct tw_serial *feeder;     // the plain station that feeds `in`; NULL: another place does
  const struct tw_serial *taker;      // the plain station that takes from `out`; NULL with a sink
} tw_serial;

// Finds the plain pieces of a compiled line, whose layout is known, and gives the events in them their
// shortcuts.
void tw_serial_compile(tw_line *line);

// Is there room in the plain buffer in front of a station?
static inline bool tw_serial_has_room(const tw_run *run, const tw_serial *serial) {
  const tw_buffer *buffer = (const tw_buffer *)(run->block + serial->in.state_offset);
  return buffer->n < serial->in.param->capacity;
}

// A part that its source has made goes into the plain buffer behind it, which has room, and through it
// where the station `to` is waiting. Only from an event that is alone in its round.
void tw_serial_feed(tw_run *run, int32_t source_i, const tw_serial *to, uint32_t part_i);

#endif
