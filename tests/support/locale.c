// locale.c - linked into every test program: takes the locale of the environment before main, as a
// host program may. Criterion's workers would otherwise stay in the C locale, and a run under a
// comma locale would test nothing.

#include <locale.h>

__attribute__((constructor)) static void take_locale(void) { setlocale(LC_ALL, ""); }
