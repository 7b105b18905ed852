// quantity_model.h - figures of machine models, for the table of quantities: states and outputs at
// the present instant and over the window, and events. Reads only.

#ifndef TW_OBSERVE_QUANTITY_MODEL_H
#define TW_OBSERVE_QUANTITY_MODEL_H

#include "observe/quantity.h"

// What tw_value_series gives of a state or output.
enum { TW_SERIES_NOW, TW_SERIES_MEAN, TW_SERIES_MIN, TW_SERIES_MAX, TW_SERIES_INTEGRAL };

// A station's value is the mean over its machines, except that MIN is the least, MAX the greatest
// and INTEGRAL the sum. NAN over an empty window.
double tw_value_series(const tw_run *run, const tw_quantity_ref *ref);
const char *tw_series_unit(const tw_line *line, const tw_quantity_ref *ref);

// How often an event came; and the mean time from one to the next on the same machine, NAN before
// the second one.
double tw_value_model_count(const tw_run *run, const tw_quantity_ref *ref);
double tw_value_model_between(const tw_run *run, const tw_quantity_ref *ref);

#endif
