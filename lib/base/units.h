// units.h - physical units and dimensions: "6.2 min" -> 372 s, "0.49 kJ/kg/K" -> 490 J/kg/K.
// A closed table of unit names; dimensions are vectors of exponents, so expressions can be checked.

#ifndef TW_BASE_UNITS_H
#define TW_BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Exponents of s, m, kg, K, A, money, shift. All zero: a pure number.
// A named temperature "degC" has dimension K and is_absolute set; "K" is a difference.
typedef struct tw_dim {
  int8_t s, m, kg, k, a, money, shift;
  int8_t is_absolute;
} tw_dim;

#define TW_DIM_ONE ((tw_dim){0})
#define TW_DIM_TIME ((tw_dim){.s = 1})
#define TW_DIM_RATE ((tw_dim){.s = -1})
#define TW_DIM_PER_SHIFT ((tw_dim){.shift = -1})
#define TW_DIM_LENGTH ((tw_dim){.m = 1})
#define TW_DIM_SPEED ((tw_dim){.m = 1, .s = -1})
#define TW_DIM_MASS ((tw_dim){.kg = 1})
#define TW_DIM_TEMPERATURE ((tw_dim){.k = 1, .is_absolute = 1})
#define TW_DIM_POWER ((tw_dim){.kg = 1, .m = 2, .s = -3})
#define TW_DIM_ENERGY ((tw_dim){.kg = 1, .m = 2, .s = -2})

bool tw_dim_equal(tw_dim a, tw_dim b);  // is_absolute counts
bool tw_dim_is_one(tw_dim a);
tw_dim tw_dim_times(tw_dim a, tw_dim b);    // result is never absolute
tw_dim tw_dim_power(tw_dim a, int exponent);

// Says what a dimension is for people: "duration", "power"; "J/kg/K" where it has no name.
// Writes into buffer (at least 64 bytes) when it has to be composed, and returns the text.
const char *tw_dim_name(tw_dim dim, char *buffer);

// An example of a value of this dimension, "2.6 min"; "" when none is at hand.
const char *tw_dim_example(tw_dim dim);

// The SI unit's text of a dimension, "s", "J/kg/K", "1".
const char *tw_dim_unit(tw_dim dim, char *buffer);

typedef enum tw_quantity_result {
  TW_QUANTITY_OK,
  TW_QUANTITY_NOT_A_NUMBER,  // does not begin with a number
  TW_QUANTITY_NO_UNIT,       // a number with nothing behind it
  TW_QUANTITY_BAD_SPACE,     // not exactly one space before the unit
  TW_QUANTITY_UNKNOWN_UNIT,  // the unit is not in the table
  TW_QUANTITY_TOO_LARGE,     // beyond what a number can hold, in SI
} tw_quantity_result;

// Reads a unit expression ("kJ/kg/K", "1/min", "m/min", "mm", "%"): si = scale * value + offset.
// Returns the count of characters used (the longest unit expression), 0 for none.
size_t tw_unit_read(const char *text, double *scale, double *offset, tw_dim *dim);

// Reads the whole text as number, one space, unit. On TW_QUANTITY_OK *si and *dim are set.
tw_quantity_result tw_quantity_read(const char *text, double *si, tw_dim *dim);

// The money that a unit is in, "EUR" of "0.24 EUR/kWh" and of "4 kEUR"; NULL: none. What has no name of
// its own is "money".
const char *tw_money_name(const char *text);

// Gives the unit name nearest to a misspelt one, or NULL.
const char *tw_unit_nearest(const char *text);

// Prints a duration as people read it: "45 s", "6.2 min", "3.5 h", "22 d". Buffer at least 32 bytes.
const char *tw_duration_text(double seconds, char *buffer);

#endif
