// format.c - see format.h. The calling thread has the C locale's numbers for the length of a call; other
// threads and the host's own locale are not touched. Where a system has no such thing, or no memory for
// it, numbers are printed as the locale says.

#include "base/format.h"

#include <stdio.h>

#if defined(_WIN32)

int tw_vformat(char *buffer, size_t n, const char *format, va_list args) {
  return vsnprintf(buffer, n, format, args);
}

#else

#include <locale.h>

int tw_vformat(char *buffer, size_t n, const char *format, va_list args) {
  const locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
  if (plain == (locale_t)0) return vsnprintf(buffer, n, format, args);
  const locale_t before = uselocale(plain);
  const int n_written = vsnprintf(buffer, n, format, args);
  uselocale(before);
  freelocale(plain);
  return n_written;
}

#endif
