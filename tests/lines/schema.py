#!/usr/bin/env python3
"""Checks the good and bad lines beside this file against the generated JSON Schema: schema.py FILE.

Good lines must pass. Bad ones must fail, but for mistakes that a schema cannot see: names that are
not there, chains that do not fit, numbers that do not fit each other, and those in UNSEEN.
"""
import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

HERE = Path(__file__).parent
UNSEEN_CODES = {"E-JSON", "E-RANGE", "E-REF", "E-FLOW", "E-ROUTE", "E-FILE", "E-MODEL"}
UNSEEN = {
    "cal_break_outside", "cal_break_over_two_shifts", "cal_breaks_overlap", "cal_date_impossible",
    "cal_dates_backwards", "cal_extra_empty", "cal_extra_impossible", "cal_extra_overlaps",
    "cal_extra_overlaps_extra", "cal_interval_empty", "cal_shift_twice", "cal_shifts_overlap",
    "cal_shifts_overlap_over_sunday",
    "key_name_built_in", "key_name_twice", "key_need_without_skill", "key_no_spread", "key_no_time",
    "key_part_named_default", "key_two_spreads", "unit_of_attribute", "unit_of_length",
    "unit_of_mass", "unit_of_mixed_moments", "unit_of_named_distribution", "unit_per_cent_for_time",
    "unit_unknown", "key_setup_step_name", "key_setup_two_times", "key_setup_without_time",
}


def main() -> None:
    schema = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    problems, n = [], 0
    for path in sorted(HERE.rglob("*.json")):
        try:
            line = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue  # E-JSON, which no schema is about
        n += 1
        found = next(validator.iter_errors(line), None)
        codes = {one["code"] for one in line.get("x-expect", [])}
        if path.parent.name == "good" and found is not None:
            problems.append(f"{path.name}: refused, {found.json_path}: {found.message[:200]}")
        is_table = path.stem.startswith("csv_")  # what is wrong stands in another file
        is_seen = codes - UNSEEN_CODES and path.stem not in UNSEEN and not is_table
        if is_seen and found is None:
            problems.append(f"{path.name}: passes")
    print("\n".join(problems) if problems else f"{n} lines checked")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
