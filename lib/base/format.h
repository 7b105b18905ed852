// format.h - printf for messages: numbers have a point, whatever the host's locale says. Not for hot paths.

#ifndef TW_BASE_FORMAT_H
#define TW_BASE_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

// As vsnprintf, in the numbers of the C locale.
int tw_vformat(char *buffer, size_t n, const char *format, va_list args);

#endif
