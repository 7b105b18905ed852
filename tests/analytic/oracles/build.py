"""Which builder a case has."""

from __future__ import annotations

from collections.abc import Callable

from oracles import families, mechanisms, physics
from oracles.families import Case, Experiment, Waits

__all__ = ["Waits", "build"]

PLAIN_RULES = ("FIFO", "FCFS", "LIFO", "LCFS", "SIRO", "RANDOM")


# Which parameters a case has says its family; the first entry whose names are all there counts.
BUILDERS: list[tuple[set[str], Callable[[Case], Experiment]]] = [
    ({"stations", "buffers"}, families.serial),
    ({"times", "buffers"}, families.trace),
    ({"process", "mttf"}, families.saturated),
    ({"p1", "r1", "p2", "r2", "N"}, families.lock_step),
    ({"classes"}, families.priority),
    ({"arrivals", "batch_min"}, mechanisms.bulk),
    ({"arrivals", "setup"}, mechanisms.setups),
    ({"arrivals", "service"}, families.single),
    ({"batch_rate", "service"}, families.single),
    ({"machines", "repairmen"}, families.repair_shop),
    ({"arrivals", "means"}, families.tandem),
    ({"means", "scrap"}, families.scrapping),
    ({"means", "buffer"}, families.merge),
    ({"means", "jobs"}, mechanisms.conwip),
    ({"means", "buffers"}, mechanisms.assembly),
    ({"machines", "operators"}, mechanisms.operators),
    ({"M1", "M2"}, families.shared_repairman),
    ({"jobs", "rule"}, mechanisms.job_shop),
    ({"process", "shifts"}, mechanisms.shifts),
    ({"process", "pm"}, mechanisms.maintenance),
    ({"arrive", "power"}, mechanisms.energy),
    ({"lo", "hi"}, physics.thermostat),
    ({"tau", "batch"}, physics.furnace_soak),
    ({"tau", "idle_mean"}, physics.oven_random_idle),
    ({"R12"}, physics.two_zones),
    ({"rate", "limit"}, physics.tool_wear),
    ({"g", "e"}, physics.bouncing),
    ({"l0", "k"}, physics.hazard),
]


def build(case: Case) -> Experiment:
    """The experiment of a case."""
    names = set(case["params"])
    if case["name"] == "robertson":  # its constants stand in the equations
        return physics.robertson(case)
    if "service" in names and str(case["params"].get("rule", "FIFO")).upper() not in PLAIN_RULES:
        return mechanisms.dispatch(case)
    for wanted, builder in BUILDERS:
        if wanted <= names:
            return builder(case)
    raise LookupError(f"no builder knows the parameters {sorted(names)}")
