// physics_line.c - see physics_line.h.

#include "support/physics_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ode_cvode.h"
#include "support/line_text.h"

const char *const test_solvers[4] = {"exact", "rk", "cvode", "cvode-adams"};

// ?: the solver of linear models, !: of others; @: more stations. ' stands for ".
static const char template_text[] =
    "{'libtwin': '1.0', 'name': 'physics', 'run': {'start': '2026-03-02T00:00:00', 'horizon': '4000 s', 'warmup':"
    " '700 s', 'seed': 1},"
    "'calendars': {'c': {'shifts': {'a': 'Mon 00:00-00:25', 'b': 'Mon 00:30-10:00'}, 'breaks': {'tea': 'Mon "
    "00:10-00:11'}}},"
    "'parts': {'light': {'mass': '1 kg', 'attributes': {'marks': 0}}, 'heavy': {'mass': '3 kg', 'attributes': {'marks': 0}}},"
    "'sources': {'s': {'sequence': ['2 light', '1 heavy'], 'repeat': true, 'every': {'exponential': {'mean': '7 s'}}}},"
    "'buffers': {'b0': {'capacity': 'unlimited'}, 'b1': {'capacity': 4}, 'b2': {'capacity': 3}},"
    "'stations': {@"
    "'cnc': {'type': 'machine', 'machines': 2, 'calendar': 'c', 'time': {'erlang': {'mean': '9 s', 'shape': 2}}, "
    " 'load': {'time': '1 s'}, 'scrap': 'min(0.5, 0.02 + 0.01*tool.wear)',"
    " 'dynamics': {"
    "  'tool': {'model': 'tool-wear', 'rate': '0.004 1/s', 'growth': 1, 'solver': '?',"
    "   'events': {'worn': {'when': 'wear >= 1', 'request': 'change'}}},"
    "  'net': {'model': 'equations', 'solver': '?', 'states': {'A': '20 degC', 'B': '20 degC', 'u': 1, 'n': 0},"
    "   'equations': {'dA/dt': '(u*40 K - (A - 20 degC))/(30 s) - (A - B)/(20 s)', 'dB/dt': '(A - B)/(20 s)'},"
    "   'outputs': {'power': 'u*(1 kW)'},"
    "   'events': {'off': {'when': 'A >= 34 degC', 'set': {'u': 0}}, 'on': {'when': 'A <= 31 degC', 'set': {'u': 1}},"
    "    'warm': {'when': 'B >= 32 degC', 'hysteresis': '1 K', 'set': {'n': {'add': 1}, 'part.marks': {'add': {'uniform': {'min': 0, 'max': 1}}}}}}},"
    "  'spindle': {'model': 'equations', 'solver': '!', 'states': {'T': '20 degC'},"
    "   'equations': {'processing': {'dT/dt': '(80 degC - T)/(60 s)'}, 'otherwise': {'dT/dt': '(20 degC - T)/(90 s)'}}}},"
    " 'failures': {'burn': {'clock': 'processing', 'hazard': '0.02*exp(0.03*(spindle.T - 20 degC)/(1 K))/(1 min)',"
    "   'repair': '11 s', 'set': {'spindle.T': {'add': {'uniform': {'min': '-9 K', 'max': '-5 K'}}}, 'part.marks': {'add': 1}}},"
    "  'jam': {'clock': 'calendar', 'mtbf': {'exponential': {'mean': '130 s'}}, 'repair': '7 s', 'part': 'restart'}},"
    " 'maintenance': {'change': {'trigger': 'request', 'at': 'part-boundary', 'duration': '13 s', 'set': {'tool.wear': 0}}}},"
    "'oven': {'type': 'machine', 'machines': 2, 'load': {'time': '1 s'}, 'finish': {'when': 'heat.T >= 90 degC', 'soak': '2 s'},"
    " 'dynamics': {'heat': {'model': 'lumped-thermal', 'solver': '?', 'states': {'T': '80 degC'}, 'heat_capacity': '9 kJ/K',"
    "   'load_heat': '0.5 kJ/kg/K', 'loss': '50 W/K', 'heater': {'power': '15 kW', 'setpoint': '92 degC', 'band': '1 K'},"
    "   'standby': '70 degC', 'load_temperature': '20 degC'}},"
    " 'failures': {'off': {'clock': 'on-shift', 'mtbf': '400 s', 'repair': {'uniform': {'min': '3 s', 'max': '20 s'}}}}},"
    "'press': {'type': 'machine', 'time': '5 s',"
    " 'dynamics': {'ram': {'model': 'equations', 'solver': '!', 'rtol': 1e-7, 'states': {'h': '1 m', 'v': '0 m/s'},"
    "   'equations': {'dh/dt': 'v', 'dv/dt': '-0.4 m/s^2 - 0.01*v*abs(v)/(1 m)'},"
    "   'events': {'hit': {'when': 'h <= 0 m', 'set': {'v': '0.95*abs(v) + 0.05 m/s', 'h': '0 m'}},"
    "    'begin': {'on': 'start', 'set': {'h': 'h + 0.1 m'}}}}}}},"
    "'flow': [['s', 'b0', 'cnc', 'b1', 'oven', 'b2', 'press', 'out'], ['cnc.scrap', 'scrap']]}";

// A line whose machines share models, with energy, attributes that parts carry, a rate, a maintenance that ends by a
// condition; '?' and '!' as above.
static const char island_text[] =
    "{'libtwin': '1.0', 'name': 'island', 'run': {'start': '2026-03-02T00:00:00', 'horizon': '4000 s', 'warmup': '60 s',"
    " 'seed': 1},"
    "'calendars': {'c': {'shifts': {'a': 'Mon 00:00-00:05', 'b': 'Mon 00:06-10:00'}}},"
    "'energy': {'tariff': {'Mon-Sun 00:02-00:07': '0.3 EUR/kWh', 'otherwise': '0.2 EUR/kWh'}, 'carbon': '400 g/kWh',"
    " 'peak': {'window': '1 min', 'price': '90 EUR/kW'}},"
    "'parts': {'p': {'mass': '2 kg', 'attributes': {'T': '20 degC'}, 'carried': {'T': {'toward': '20 degC', "
    "'time_constant': '100 s'}}}},"
    "'sources': {'s': {'sequence': ['p'], 'repeat': true, 'every': '9 s'}},"
    "'buffers': {'b': {'capacity': 4}, 'c': {'capacity': 3}},"
    "'shared': {'hall': {'model': 'equations', 'states': {'T': '15 degC'}, 'equations': {'dT/dt': '(sum.heat - 300 "
    "W/K*(T - 5 degC))/(40 kJ/K)'}}, 'bus': {'model': 'equations', 'states': {'limited': 0}, 'events': {'over': {'when': "
    "'sum.power > 12 kW', 'set': {'limited': 1}}, 'under': {'when': 'sum.power < 3 kW and hall.T < 90 degC', 'set': "
    "{'limited': 0}}}}},"
    "'stations': {@"
    "'oven': {'type': 'machine', 'machines': 2, 'time': '10 s', 'load': {'time': '1 s'}, 'sets': {'part.T': 'heat.T'},"
    " 'power': {'setup': '1 kW', 'loading': '0.3 kW'}, 'calendar': 'c', 'dynamics': {'heat': {'model': 'equations', 'solver': '!',"
    " 'states': {'T': '20 degC'}, 'outputs': {'heat': '50 W/K*(T - hall.T)', 'power': 'if(processing, if(bus.limited >= "
    "0.5, 0.5, 1)*8 kW*(1 - exp(-(400 degC - T)/(10 K))), 0 W)'}, 'equations': {'dT/dt': '(power - heat)/(20 kJ/K)'},"
    " 'events': {'warm': {'when': 'T >= 30 degC', 'hysteresis': '2 K', 'dwell': '5 s'}}}}},"
    "'mill': {'type': 'machine', 'rate': '(0.3 - 0.1*min(m.x, 2))/(1 s)', 'scrap': 'if(part.T < 21 degC, 0.5, 0)',"
    " 'dynamics': {'m': {'model': 'equations', 'solver': '!', 'states': {'x': 0, 'n': 0}, 'equations': {'processing': "
    "{'dx/dt': '0.03 1/s'}, 'planned-maintenance': {'dx/dt': '-0.1 1/s'}}, 'events': {'in': {'on': 'load', 'set': {'n': "
    "'n + part.mass/(1 kg)'}}}}},"
    " 'failures': {'jam': {'clock': 'processing', 'hazard': '0.1*m.x/(1 s)', 'repair': '5 s', 'part': 'restart'}},"
    " 'maintenance': {'cool': {'trigger': {'every': '40 s', 'clock': 'processing'}, 'until': 'm.x <= 0.1'}}}},"
    "'flow': [['s', 'b', 'oven', 'c', 'mill', 'out'], ['mill.scrap', 'scrap']]}";

static char *fill(const char *template, const char *solver, const char *extra) {
  char *out = malloc(strlen(template) + strlen(extra) + 400);
  if (out == NULL) return NULL;
  const char *const other = strcmp(solver, "exact") == 0 ? "rk" : solver;
  char *to = out;
  for (const char *from = template; *from != '\0'; from++) {
    const char *word = *from == '?' ? solver : *from == '!' ? other : *from == '@' ? extra : NULL;
    if (word != NULL) to += sprintf(to, "%s", word);
    else *to++ = *from;
  }
  *to = '\0';
  for (char *at = out; *at != '\0'; at++)
    if (*at == '\'') *at = '"';
  return out;
}

char *test_physics_text(const char *solver, const char *extra) { return fill(template_text, solver, extra); }

char *test_island_text(const char *solver, const char *extra) { return fill(island_text, solver, extra); }

tw_line *test_physics_line(const char *solver) {
  if (strncmp(solver, "cvode", 5) == 0 && tw_cvode_version() == NULL) return NULL;
  char *line_text = test_physics_text(solver, "");
  tw_text why = {0};
  tw_line *line = line_text != NULL ? test_line(line_text, &why) : NULL;
  if (line == NULL) fprintf(stderr, "%s\n", why.at != NULL ? why.at : "no memory");
  tw_text_free(&why);
  free(line_text);
  return line;
}
