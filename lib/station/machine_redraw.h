// machine_redraw.h - tw_kind.redraw of stations with machines (engine/redraw.h).

#ifndef TW_STATION_MACHINE_REDRAW_H
#define TW_STATION_MACHINE_REDRAW_H

#include "engine/run.h"

void tw_machine_redraw(tw_run *run, int32_t place_i);

#endif
