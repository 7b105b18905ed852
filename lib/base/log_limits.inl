// log_limits.inl - the limits of event logs and their mapping files: name, value, what it limits. A log never grows
// past them; what is beyond is refused or, where a log would go on for ever, counted (tests/unit/live).

TW_LIMIT(TW_LOG_EVENTS_MAX, 50000000, "events of a log; each takes 68 bytes of memory")
TW_LIMIT(TW_LOG_NAMES_MAX, 10000000, "names of parts of a log; of entities, of types and so on as many")
TW_LIMIT(TW_LOG_NAME_BYTES_MAX, 255, "bytes of a name")
TW_LIMIT(TW_LOG_ROW_BYTES_MAX, 1048576, "bytes of a row of a CSV log")
TW_LIMIT(TW_LOG_COLUMNS_MAX, 4096, "columns of a CSV log")
TW_LIMIT(TW_LOG_ROW_EVENTS_MAX, 64, "events that a row of a CSV log stands for")
TW_LIMIT(TW_LOG_FINDINGS_MAX, 1000000, "findings that are kept with their line; the others are counted")
TW_LIMIT(TW_LOG_UNITS_MAX, 1000000, "units of an entity")
TW_LIMIT(TW_LOG_WAITING_MAX, 1000000, "events that wait in an inlet until nothing can come before them")
