#!/usr/bin/env python3
"""Prints lib/core/zig_table.inl: the ziggurat's layers for the exponential and the normal density.

256 layers of equal area v over a decreasing density f with f(0) = 1 (Marsaglia and Tsang, 2000).
Layer 0 is the base strip with the tail from r on: its width as a rectangle is v / f(r). Layer i >= 1
reaches from 0 to x[i], its certain part to x[i + 1]; x[1] = r, x[256] = 0. Computed with 60 digits
and rounded once, so that the table does not depend on the machine that printed it.

    python3 zig_table.py > zig_table.inl
"""
from decimal import Decimal, getcontext

getcontext().prec = 60
N = 256
ONE, TWO, HALF = Decimal(1), Decimal(2), Decimal("0.5")


def pi():
    # Machin: pi = 16 atan(1/5) - 4 atan(1/239)
    def atan_inverse(n):
        term = ONE / n
        total, k = term, 1
        while abs(term) > Decimal(10) ** -65:
            term = -term / (n * n)
            k += 2
            total += term / k
        return total
    return 16 * atan_inverse(5) - 4 * atan_inverse(239)


def normal_tail_area(r):
    # sqrt(pi / 2) minus the integral from 0 to r, by its series
    term = total = r
    k = 0
    while abs(term) > Decimal(10) ** -65:
        k += 1
        term = term * r * r / (2 * k + 1)
        total += term
    return (pi() / 2).sqrt() - total * (-r * r / 2).exp()


DENSITIES = {
    "exponential": dict(
        f=lambda x: (-x).exp(), inverse=lambda y: -y.ln(), tail=lambda r: (-r).exp(),
        low=Decimal("7.6"), high=Decimal("7.8"), bits=56),
    "normal": dict(
        f=lambda x: (-x * x / 2).exp(), inverse=lambda y: (-2 * y.ln()).sqrt(),
        tail=normal_tail_area, low=Decimal("3.6"), high=Decimal("3.7"), bits=55),
}


def layers(d, r):
    """x[0..255] for a tail from r on, and the height that is missing at the top (0 at the right r)."""
    v = r * d["f"](r) + d["tail"](r)
    x = [v / d["f"](r), r]
    y = d["f"](r)
    for _ in range(2, N):
        y += v / x[-1]
        if y >= 1:
            return x, Decimal(-1)
        x.append(d["inverse"](y))
    return x, ONE - (y + v / x[-1])


def solve(d):
    low, high = d["low"], d["high"]
    while high - low > Decimal(10) ** -45:
        r = (low + high) / 2
        _, missing = layers(d, r)
        low, high = (r, high) if missing < 0 else (low, r)
    x, missing = layers(d, high)
    assert abs(missing) < Decimal(10) ** -40
    return high, x + [Decimal(0)]


def main():
    print("// zig_table.inl - printed by zig_table.py; not to be edited. Layers of the ziggurats in stream.c.")
    for name, d in DENSITIES.items():
        r, x = solve(d)
        print(f"\n// The tail begins here; {N} layers.")
        print(f"#define {name.upper()}_TAIL {float(r).hex()}")
        print(f"\nconst tw_zig_layer tw_zig_{name}[{N}] = {{")
        unit = TWO ** d["bits"]
        for i in range(N):
            accept = int(x[i + 1] / x[i] * unit)
            print(f"    {{UINT64_C(0x{accept:014x}), {float(x[i] / unit).hex()}}},")
        print("};")
        print(f"\n// The density at x[i], [{N} + 1]; entry 0 is not used.")
        print(f"static const double {name}_density[{N} + 1] = {{")
        for i in range(N + 1):
            print(f"    {float(d['f'](x[i])).hex()},")
        print("};")


main()
