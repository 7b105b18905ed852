// stat_fields.h - records of statistics that only some lines need, as lists like those of records.h.

#ifndef TW_ENGINE_STAT_FIELDS_H
#define TW_ENGINE_STAT_FIELDS_H

// clang-format off
// Stops of a place that are told from breakdowns; only in lines that have such.
#define TW_STOP_FIELDS(F)                                                                          \
  F(tw_i64, n_minor,         , "1",  TW_STAT,    TW_ANY) /* as short as the limit */               \
  F(tw_f64, minor_s,         , "s",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, n_maintenance,   , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_f64, maintenance_s,   , "s",  TW_STAT,    TW_ANY)                                           \
  F(tw_f64, maintenance_s2,  , "s2", TW_STAT,    TW_ANY)

// How often a failure came, or a maintenance was done; only in lines where some cost money.
#define TW_MODE_STAT_FIELDS(F)                                                                     \
  F(tw_i64, n,               , "1",  TW_STAT,    TW_ANY)

// Parts of one type that one station has made scrap; only where these cost money.
#define TW_SCRAP_FIELDS(F)                                                                         \
  F(tw_i64, n,               , "1",  TW_STAT,    TW_ANY)

// Figures by shift of the plant's calendar; then of what is off shift; then what the counts were when
// the present one began.
#define TW_SHIFT_FIELDS(F)                                                                         \
  F(tw_i64, n,               , "1",  TW_STAT,    TW_ANY) /* whole shifts that have ended */        \
  F(tw_i64, n_good,          , "1",  TW_STAT,    TW_ANY) /* parts shipped in these */              \
  F(tw_f64, n_good2,         , "1",  TW_STAT,    TW_ANY) /* sum of squares, for the spread */      \
  F(tw_i64, good,            , "1",  TW_STAT,    TW_ANY) /* parts shipped, in cut shifts as well */\
  F(tw_i64, scrapped,        , "1",  TW_STAT,    TW_ANY)                                           \
  F(tw_i64, time_us,         , "us", TW_STAT,    TW_ANY)
// clang-format on

#endif
