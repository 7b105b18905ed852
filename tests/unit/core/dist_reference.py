#!/usr/bin/env python3
"""Prints dist_reference.inl: what SciPy and mpmath say about distributions and special functions.

    pip install scipy mpmath && python3 dist_reference.py > dist_reference.inl

Parameters are those of the line format (mean, sd, cv, min, mode, max), turned into SciPy's here,
independently of the library. Points reach into both tails.
"""
import math

import mpmath
from scipy import optimize, stats

mpmath.mp.dps = 40
INF = math.inf


mpf = mpmath.mpf


def gamma_p(a, x):
    """The incomplete gamma by its series; mpmath's own gives up for large a."""
    term = total = mpf(1)
    n = 0
    while term > total * mpf(10) ** -mpmath.mp.dps:
        n += 1
        term *= x / (a + n)
        total += term
    return total * mpmath.exp(a * mpmath.log(x) - x - mpmath.loggamma(a + 1)) if x > 0 else mpf(0)


def number(x):
    x = float(x)
    if math.isinf(x):
        return "INFINITY" if x > 0 else "-INFINITY"
    return repr(x)


class Reference:
    """Tails and log density with 40 digits; SciPy's distribution gives the points to look at."""

    def __init__(self, scipy, cdf, sf, pdf, mean=None, sd=None):
        self.scipy, self.cdf, self.sf, self.pdf = scipy, cdf, sf, pdf
        self.mean = scipy.mean() if mean is None else mean
        self.sd = scipy.std() if sd is None else sd

    def quantile(self, p):
        """Newton's method from SciPy's answer."""
        x = mpf(float(self.scipy.ppf(p)))
        for _ in range(6):
            if p < 0.5:
                x -= (self.cdf(x) - p) / self.pdf(x)
            else:
                x += (self.sf(x) - (1 - mpf(p))) / self.pdf(x)
        return x


def uniform(low, high):
    r = mpf(high) - low
    return Reference(stats.uniform(low, float(r)), lambda x: (x - low) / r, lambda x: (high - x) / r, lambda x: 1 / r)


def triangular(low, mode, high):
    r = mpf(high) - low

    def cdf(x):
        return (x - low) ** 2 / (r * (mode - low)) if x <= mode and mode > low else 1 - sf(x)

    def sf(x):
        return (high - x) ** 2 / (r * (high - mode)) if x > mode or mode == low else 1 - cdf(x)

    def pdf(x):
        return 2 * (x - low) / (r * (mode - low)) if x <= mode and mode > low else 2 * (high - x) / (r * (high - mode))

    return Reference(stats.triang((mode - low) / float(r), low, float(r)), cdf, sf, pdf)


def normal(mean, sd, low, high):
    mean, sd = mpf(mean), mpf(sd)
    a, b = (low - mean) / sd, (high - mean) / sd
    mass = mpmath.ncdf(b) - mpmath.ncdf(a)
    first = (mpmath.npdf(a) - mpmath.npdf(b)) / mass
    edge = (0 if low == -INF else a * mpmath.npdf(a)) - (0 if high == INF else b * mpmath.npdf(b))
    return Reference(
        stats.truncnorm(float(a), float(b), float(mean), float(sd)),
        lambda x: (mpmath.ncdf((x - mean) / sd) - mpmath.ncdf(a)) / mass,
        lambda x: (mpmath.ncdf((mean - x) / sd) - mpmath.ncdf(-b)) / mass,
        lambda x: mpmath.npdf((x - mean) / sd) / sd / mass,
        mean + sd * first, sd * mpmath.sqrt(1 + edge / mass - first ** 2))


def lognormal(mean, sd):
    variance = mpmath.log1p((mpf(sd) / mean) ** 2)
    mu, sigma = mpmath.log(mean) - variance / 2, mpmath.sqrt(variance)
    return Reference(
        stats.lognorm(float(sigma), scale=float(mpmath.exp(mu))),
        lambda x: mpmath.ncdf((mpmath.log(x) - mu) / sigma),
        lambda x: mpmath.ncdf((mu - mpmath.log(x)) / sigma),
        lambda x: mpmath.npdf((mpmath.log(x) - mu) / sigma) / (sigma * x), mean, sd)


def gamma(mean, shape):
    shape = mpf(shape)
    scale = mean / shape
    return Reference(
        stats.gamma(float(shape), scale=float(scale)),
        lambda x: gamma_p(shape, x / scale),
        lambda x: 1 - gamma_p(shape, x / scale),
        lambda x: mpmath.exp((shape - 1) * mpmath.log(x / scale) - x / scale - mpmath.loggamma(shape)) / scale,
        mean, mean / mpmath.sqrt(shape))


def weibull(mean, shape):
    shape = mpf(shape)
    scale = mean / mpmath.gamma(1 + 1 / shape)
    return Reference(
        stats.weibull_min(float(shape), scale=float(scale)),
        lambda x: -mpmath.expm1(-(x / scale) ** shape),
        lambda x: mpmath.exp(-(x / scale) ** shape),
        lambda x: shape / scale * (x / scale) ** (shape - 1) * mpmath.exp(-(x / scale) ** shape),
        mean, scale * mpmath.sqrt(mpmath.gamma(1 + 2 / shape) - mpmath.gamma(1 + 1 / shape) ** 2))


def pert(low, mode, high):
    r = mpf(high) - low
    alpha, beta = 1 + 4 * (mode - low) / r, 1 + 4 * (high - mode) / r
    return Reference(
        stats.beta(float(alpha), float(beta), low, float(r)),
        lambda x: mpmath.betainc(alpha, beta, 0, (x - low) / r, regularized=True),
        lambda x: mpmath.betainc(beta, alpha, 0, (high - x) / r, regularized=True),
        lambda x: ((x - low) / r) ** (alpha - 1) * ((high - x) / r) ** (beta - 1) / mpmath.beta(alpha, beta) / r)


class HyperexponentialStart:
    """Quantiles by bisection, as a start; SciPy has no such distribution."""

    def __init__(self, parts):
        self.parts = [(float(p), float(m)) for p, m in parts]

    def sf(self, x):
        return sum(p * math.exp(-x / m) for p, m in self.parts)

    def isf(self, q):
        longest = max(m for _, m in self.parts)
        return optimize.brentq(lambda x: self.sf(x) - q, 0, longest * 60, xtol=1e-300)

    def ppf(self, p):
        longest = max(m for _, m in self.parts)
        return optimize.brentq(
            lambda x: sum(-share * math.expm1(-x / m) for share, m in self.parts) - p, 0, longest * 60, xtol=1e-300)


def hyperexponential(mean, cv):
    p = (1 + mpmath.sqrt((mpf(cv) ** 2 - 1) / (mpf(cv) ** 2 + 1))) / 2
    parts = [(p, mean / (2 * p)), (1 - p, mean / (2 * (1 - p)))]
    return Reference(
        HyperexponentialStart(parts),
        lambda x: sum(-p * mpmath.expm1(-x / m) for p, m in parts),
        lambda x: sum(p * mpmath.exp(-x / m) for p, m in parts),
        lambda x: sum(p / m * mpmath.exp(-x / m) for p, m in parts),
        sum(p * m for p, m in parts), mpmath.sqrt(sum(2 * p * m * m for p, m in parts) - mpf(mean) ** 2))


def exponential(mean):
    return gamma(mean, 1)


CASES = [
    ("UNIFORM", uniform, (2, 5)),
    ("UNIFORM", uniform, (-1, 1e6)),
    ("TRIANGULAR", triangular, (1, 2, 6)),
    ("TRIANGULAR", triangular, (1, 1, 6)),
    ("TRIANGULAR", triangular, (1, 6, 6)),
    ("NORMAL", normal, (10, 2, -INF, INF)),
    ("NORMAL", normal, (10, 5, 0, INF)),
    ("NORMAL", normal, (1, 2, 0, INF)),
    ("NORMAL", normal, (0, 1, 4, INF)),
    ("NORMAL", normal, (0, 1, -INF, -3)),
    ("NORMAL", normal, (10, 2, 9, 9.5)),
    ("LOGNORMAL", lognormal, (35, 25)),
    ("LOGNORMAL", lognormal, (1, 0.05)),
    ("LOGNORMAL", lognormal, (2, 9)),
    ("EXPONENTIAL", exponential, (90,)),
    ("GAMMA", lambda mean, cv: gamma(mean, 1 / mpf(cv) ** 2), (7, 0.5)),
    ("GAMMA", lambda mean, cv: gamma(mean, 1 / mpf(cv) ** 2), (7, 2)),
    ("GAMMA", lambda mean, cv: gamma(mean, 1 / mpf(cv) ** 2), (7, 0.02)),
    ("GAMMA", lambda mean, cv: gamma(mean, 1 / mpf(cv) ** 2), (3, 1)),
    ("ERLANG", gamma, (60, 2)),
    ("ERLANG", gamma, (60, 40)),
    ("WEIBULL", weibull, (100, 0.7)),
    ("WEIBULL", weibull, (100, 3.5)),
    ("BETA_PERT", pert, (2, 3, 10)),
    ("BETA_PERT", pert, (2, 2, 10)),
    ("BETA_PERT", pert, (-4, 3, 5)),
    ("HYPEREXPONENTIAL", hyperexponential, (60, 2)),
    ("HYPEREXPONENTIAL", hyperexponential, (60, 12)),
]
PROBABILITIES = [1e-12, 1e-6, 0.001, 0.05, 0.3, 0.5, 0.8, 0.99, 0.999999]
UPPER_TAILS = [1e-9, 1e-15]


def print_cases():
    cases, points, quantiles = [], [], []
    for i, (kind, make, parameters) in enumerate(CASES):
        d = make(*parameters)
        four = list(parameters) + [0] * (4 - len(parameters))
        cases.append(f"    {{TW_DIST_{kind}, {', '.join(map(number, four))}, {number(d.mean)}, {number(d.sd)}}},")
        for p in PROBABILITIES:
            quantiles.append(f"    {{{i}, {number(p)}, {number(d.quantile(p))}}},")
        for x in [d.scipy.ppf(p) for p in PROBABILITIES] + [d.scipy.isf(q) for q in UPPER_TAILS]:
            x = mpf(float(x))
            if d.cdf(x) > 0 and d.sf(x) > 0 and d.pdf(x) > 0:
                values = (x, d.cdf(x), d.sf(x), mpmath.log(d.pdf(x)))
                points.append(f"    {{{i}, {', '.join(map(number, values))}}},")
    print("// kind, a, b, c, d, mean, sd\nstatic const reference_case cases[] = {")
    print("\n".join(cases) + "\n};")
    print("\n// case, x, cdf, survival, log density\nstatic const reference_point points[] = {")
    print("\n".join(points) + "\n};")
    print("\n// case, p, quantile\nstatic const reference_quantile quantiles[] = {")
    print("\n".join(quantiles) + "\n};")


def normal_quantile(p):
    p = mpmath.mpf(p)
    start = stats.norm.ppf(float(p))
    return mpmath.findroot(lambda z: mpmath.ncdf(z) / p - 1, start) if p < 0.5 else -mpmath.sqrt(2) * mpmath.erfinv(1 - 2 * p)


def student_quantile(p, n):
    p, n = mpmath.mpf(p), mpmath.mpf(n)

    def upper(t):
        return mpmath.betainc(n / 2, mpmath.mpf(1) / 2, 0, n / (n + t * t), regularized=True) / 2

    return mpmath.findroot(lambda t: upper(t) / (1 - p) - 1, stats.t.ppf(float(p), float(n)))


def print_special():
    def rows(name, comment, lines):
        print(f"\n// {comment}\nstatic const double {name}[][{lines[0].count(',') + 1}] = {{")
        for line in lines:
            print(f"    {{{line}}},")
        print("};")

    shapes = [0.01, 0.25, 0.5, 1, 2.5, 19.5, 20, 40, 2500, 1e5]
    lines = []
    for a in shapes:
        for p in (1e-9, 0.02, 0.4, 0.6, 0.99, 1 - 1e-10):
            x = float(stats.gamma(a).ppf(p))
            if not x > 1e-300:
                continue
            low = gamma_p(mpf(a), mpf(x))
            high = 1 - low
            lines.append(f"{number(a)}, {number(x)}, {number(low)}, {number(high)}")
    rows("gamma_values", "a, x, P, Q", lines)
    lines = []
    for a, b in ((0.5, 0.5), (1, 5), (2.3, 3.7), (5, 1), (12, 0.5), (250, 0.5), (30, 70)):
        for p in (1e-8, 0.03, 0.5, 0.9, 1 - 1e-6):
            x = float(stats.beta(a, b).ppf(p))
            lines.append(f"{number(a)}, {number(b)}, {number(x)}, {number(mpmath.betainc(a, b, 0, x, regularized=True))}")
    rows("beta_values", "a, b, x, I", lines)
    lines = [f"{number(p)}, {number(normal_quantile(p))}"
             for p in (1e-300, 1e-100, 1e-20, 1e-9, 0.001, 0.05, 0.074, 0.076, 0.2, 0.4999, 0.5001, 0.7, 0.975, 0.999999)]
    rows("normal_quantiles", "p, z", lines)
    lines = [f"{number(p)}, {number(n)}, {number(student_quantile(p, n))}"
             for n in (1, 2, 3, 4.5, 9, 29, 1000, 99999, 100001, 1e8) for p in (0.6, 0.9, 0.975, 0.9995)]
    rows("student_quantiles", "p, degrees of freedom, t", lines)


print("// dist_reference.inl - printed by dist_reference.py with SciPy and mpmath; not to be edited.\n")
print_cases()
print_special()
