// status.inl - the one list of status codes: TW_STATUS(name, number, text). The enum in
// include/twin/base.h says the same names and numbers; status.c asserts that they agree.
// Numbers are never reused. Texts are sentences without a full stop, for people.

TW_STATUS(TWIN_OK, 0, "success")
TW_STATUS(TWIN_END, 1, "the end is reached, nothing is left to do")
TW_STATUS(TWIN_CANCELLED, 2, "cancelled by the host; what was done so far is valid")
TW_STATUS(TWIN_ERR_ARGUMENT, -101, "an argument is out of its range or missing")
TW_STATUS(TWIN_ERR_MEMORY, -102, "not enough memory")
TW_STATUS(TWIN_ERR_NOT_FOUND, -103, "nothing has this name or number")
TW_STATUS(TWIN_ERR_TOO_SMALL, -104, "the given buffer is too small")
TW_STATUS(TWIN_ERR_UNSUPPORTED, -105, "this build of the library cannot do this")
TW_STATUS(TWIN_ERR_LINE, -201, "the line has errors")
TW_STATUS(TWIN_ERR_DEADLOCK, -301, "the line is deadlocked: no part can ever move again")
TW_STATUS(TWIN_ERR_PROGRESS, -302, "time stands still: too many events at the same instant")
TW_STATUS(TWIN_ERR_MAX_PARTS, -303, "more parts are in the line than max_parts allows")
TW_STATUS(TWIN_ERR_VALUE, -304, "a value came out as not a number, infinite or out of its range")
TW_STATUS(TWIN_ERR_POISONED, -305, "the run was stopped by an earlier error and cannot go on")
TW_STATUS(TWIN_ERR_SNAPSHOT, -306, "the snapshot is damaged or belongs to another line")
TW_STATUS(TWIN_ERR_FLOAT_MODE, -307,
          "the processor flushes denormal numbers to zero or does not round to nearest")
TW_STATUS(TWIN_ERR_MODEL, -308, "a machine model cannot be solved any further")
TW_STATUS(TWIN_ERR_KIND, -309, "a station kind from outside the library did what it must not do")
TW_STATUS(TWIN_ERR_IO, -401, "reading or writing failed")
TW_STATUS(TWIN_ERR_FILE, -402, "the file is not what it should be")
TW_STATUS(TWIN_ERR_INTERNAL, -501, "an internal error of the library; please report it")
