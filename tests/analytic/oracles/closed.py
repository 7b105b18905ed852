"""More cases of the families of single stations and networks, with their closed forms.

Each function gives a case as the file of reference cases has it, without tolerances: runs are
repeated, and their spread says how far a mean may be off.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

Case = dict[str, Any]


def _case(name: str, params: dict[str, Any], expect: dict[str, float]) -> Case:
    listed = [{"metric": metric, "value": value} for metric, value in expect.items()]
    return {"name": name, "family": "C", "params": params, "expect": listed}


def single_machine(rate: float, service: dict[str, Any], mean: float, variance: float) -> Case:
    """M/G/1 by Pollaczek and Khinchine."""
    load = rate * mean
    wait = rate * (variance + mean * mean) / (2 * (1 - load))
    expect = {
        "mean wait before processing (min)": wait,
        "mean number in system": load + rate * wait,
        "utilisation": load,
        "P(system empty)": 1 - load,
    }
    return _case(f"mg1_{service['dist']}", {"arrivals": rate, "service": service}, expect)


def _steady(births: list[float], deaths: list[float]) -> Any:
    """Shares of the states of a birth and death chain; births[n] leads from n to n + 1."""
    shares = np.ones(len(births) + 1)
    for n, (birth, death) in enumerate(zip(births, deaths, strict=True)):
        shares[n + 1] = shares[n] * birth / death
    return shares / shares.sum()


def servers(rate: float, mean: float, n_server: int) -> Case:
    """M/M/c, its queue cut off where nobody ever stands."""
    n_most = 4000
    deaths = [min(n, n_server) / mean for n in range(1, n_most + 1)]
    shares = _steady([rate] * n_most, deaths)
    queue = sum(max(n - n_server, 0) * share for n, share in enumerate(shares))
    expect = {
        "mean wait before processing (min)": queue / rate,
        "probability of waiting": float(shares[n_server:].sum()),
        "P(system empty)": float(shares[0]),
    }
    service = {"dist": "exponential", "mean": mean}
    return _case("mmc", {"arrivals": rate, "servers": n_server, "service": service}, expect)


def loss(rate: float, mean: float, n_server: int, n_slot: int) -> Case:
    """M/M/c/K: arrivals beyond the waiting slots are lost."""
    n_most = n_server + n_slot
    shares = _steady([rate] * n_most, [min(n, n_server) / mean for n in range(1, n_most + 1)])
    expect = {
        "fraction of arrivals lost": float(shares[-1]),
        "throughput (parts per min)": rate * (1 - float(shares[-1])),
        "mean number in system": float(np.arange(n_most + 1) @ shares),
    }
    params = {
        "arrivals": rate,
        "servers": n_server,
        "waiting_slots": n_slot,
        "service": {"dist": "exponential", "mean": mean},
    }
    return _case("mmck_loss", params, expect)


def repair_shop(n_machine: int, n_repairman: int, mttf: float, mttr: float) -> Case:
    """M/M/c//N: machines that always work and share repairmen."""
    births = [(n_machine - n) / mttf for n in range(n_machine)]
    deaths = [min(n, n_repairman) / mttr for n in range(1, n_machine + 1)]
    shares = _steady(births, deaths)
    down = np.arange(n_machine + 1)
    rate = float((n_machine - down) @ shares) / mttf
    at_once = float(((n_machine - down) * shares)[:n_repairman].sum()) / mttf / rate
    expect = {
        "fraction of time a machine is up": 1 - float(down @ shares) / n_machine,
        "repairman utilisation": float(np.minimum(down, n_repairman) @ shares) / n_repairman,
        "mean down time incl. waiting": float(down @ shares) / rate,
        "P(all machines up)": float(shares[0]),
        "P(all machines down)": float(shares[-1]),
        "fraction of breakdowns whose repair starts at once": at_once,
    }
    params = {"machines": n_machine, "repairmen": n_repairman, "mttf": mttf, "mttr": mttr}
    return _case("machine_repair", params, expect)


def priorities(classes: list[tuple[float, float]], is_preemptive: bool = False) -> Case:
    """Classes of (rate, exponential mean), the first goes first: Cobham, or with pre-emption.

    With pre-emption only classes up to a part's own hold it up, and also while it is worked on.
    """
    # remaining work that an arrival finds, by class: rate times half the second moment
    rests = [rate * mean * mean for rate, mean in classes]
    loads = list(itertools.accumulate((rate * mean for rate, mean in classes), initial=0.0))
    expect = {}
    for i, (_, mean) in enumerate(classes, 1):
        rest = sum(rests[:i]) if is_preemptive else sum(rests)
        wait = rest / ((1 - loads[i - 1]) * (1 - loads[i]))
        if is_preemptive:
            wait += mean / (1 - loads[i - 1]) - mean
        expect[f"mean wait of class {i} parts (min)"] = wait
    listed = [
        {"arrivals": rate, "service": {"dist": "exponential", "mean": mean}}
        for rate, mean in classes
    ]
    return _case("priority", {"classes": listed, "preemptive": is_preemptive}, expect)


def _number_at(rate: float, mean: float, n_server: int) -> float:
    expect: list[dict[str, Any]] = servers(rate, mean, n_server)["expect"]
    return rate * (float(expect[0]["value"]) + mean)


def tandem(rate: float, means: list[float], n_servers: list[int]) -> Case:
    """Jackson: each station is M/M/c by itself."""
    numbers = [_number_at(rate, m, n) for m, n in zip(means, n_servers, strict=True)]
    expect = {f"mean number at station {i}": n for i, n in enumerate(numbers, 1)}
    expect["mean flow time (min)"] = sum(numbers) / rate
    return _case("jackson", {"arrivals": rate, "means": means, "servers": n_servers}, expect)


def rework(rate: float, mean: float, again: float) -> Case:
    """A part rejoins the queue with a probability; flow and passes by Jackson."""
    inside = rate / (1 - again)
    expect = {
        "utilisation": inside * mean,
        "mean flow time (min)": _number_at(inside, mean, 1) / rate,
        "mean passes per part": 1 / (1 - again),
    }
    service = {"dist": "exponential", "mean": mean}
    return _case("rework", {"arrivals": rate, "service": service, "p_rework": again}, expect)


def batches(rate: float, size: int, mean: float) -> Case:
    """M^X/M/1 with batches of one size."""
    load = rate * size * mean
    number = load * (size + 1) / (2 * (1 - load))
    expect = {
        "mean number in system": number,
        "mean flow time (min)": number / (rate * size),
        "utilisation": load,
    }
    service = {"dist": "exponential", "mean": mean}
    return _case("batches", {"batch_rate": rate, "batch_size": size, "service": service}, expect)


def lock_step(p: tuple[float, float], r: tuple[float, float], n_storage: int) -> Case:
    """Two machines in periods: the chain over (level, machine 1 up, machine 2 up)."""
    states = list(itertools.product(range(n_storage + 1), (True, False), (True, False)))
    number = {state: i for i, state in enumerate(states)}
    steps = np.zeros((len(states), len(states)))
    output = np.zeros(len(states))
    for level, *ups in states:
        can = (level < n_storage, level > 0)
        ways = []
        for i in (0, 1):
            fails = p[i] if can[i] else 0.0
            up = 1 - fails if ups[i] else r[i]
            ways.append([(True, up), (False, 1 - up)])
        for (first, share1), (second, share2) in itertools.product(*ways):
            made, taken = first and can[0], second and can[1]
            before = number[level, ups[0], ups[1]]
            behind = number[level + made - taken, first, second]
            steps[before, behind] += share1 * share2
            output[before] += share1 * share2 * taken
    system = steps.T - np.eye(len(states))
    system[-1] = 1
    right = np.zeros(len(states))
    right[-1] = 1
    # states that are never reached have no share of their own
    shares = np.linalg.lstsq(system, right, rcond=None)[0]
    levels = np.array([level for level, *_ in states])
    expect = {
        "throughput (parts per period)": float(output @ shares),
        "mean level": float(levels @ shares),
    }
    params = {"p1": p[0], "p2": p[1], "r1": r[0], "r2": r[1], "N": n_storage}
    return _case("lock_step", params, expect)
