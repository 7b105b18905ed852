// energy_def.h - what the line file says of energy: prices by the time of the week, carbon, the window
// of the peak. For the reader of the document and the compiler.

#ifndef TW_DOC_ENERGY_DEF_H
#define TW_DOC_ENERGY_DEF_H

#include "doc/calendar_def.h"

#define TW_TARIFF_OTHERWISE "otherwise"

typedef struct tw_tariff_def {
  const tw_node *node;      // NULL: no price is said
  int32_t n;
  const char *const *name;  // [n] in file order: intervals as they are spelt, "otherwise", "always"
  const double *price;      // [n] money per J
  tw_pattern when;          // of all names but "otherwise" and "always", in their order
  const char *currency;     // "EUR"
} tw_tariff_def;

// A demand charge, and the clock windows whose mean power counts for it.
typedef struct tw_peak_def {
  double window_s;
  double price;         // money per W
} tw_peak_def;

typedef struct tw_energy_def {
  tw_tariff_def tariff;
  double carbon_kg_j;
  tw_peak_def peak;
} tw_energy_def;

extern const tw_table tw_energy_table;

#endif
