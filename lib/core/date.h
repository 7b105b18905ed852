// date.h - dates of the Gregorian calendar as days since 1970-01-01, and back.

#ifndef TW_CORE_DATE_H
#define TW_CORE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/assert.h"

// Days since 1970-01-01 (years begin in March, so that the leap day is the last; eras of 400
// years).
static inline int64_t tw_date_day(int64_t year, int64_t month, int64_t day) {
  const int64_t y = month <= 2 ? year - 1 : year;
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  TW_ASSERT(day_of_era >= 0 && day_of_era <= 146096);
  return era * 146097 + day_of_era - 719468;
}

static inline int64_t tw_date_month_days(int64_t year, int64_t month) {
  static const int8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  TW_ASSERT(month >= 1 && month <= 12);
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

// The date of a day: the way back of tw_date_day.
static inline void tw_date_of_day(int64_t day, int64_t date[3]) {
  const int64_t shifted = day + 719468;
  const int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const int64_t of_era = shifted - era * 146097;
  const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * of_year + 2) / 153;
  date[2] = of_year - (153 * month_from_march + 2) / 5 + 1;
  date[1] = month_from_march + (month_from_march < 10 ? 3 : -9);
  date[0] = year_of_era + era * 400 + (date[1] <= 2);
  TW_ASSERT(tw_date_day(date[0], date[1], date[2]) == day);
}

#endif
