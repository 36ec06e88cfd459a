"""Quantiles of the gamma distribution: the public process does without SciPy, and these few lines agree with it."""

import math
from typing import Final

_MOST_TERMS: Final = 10_000
_TINY: Final = 1e-300


def gamma_quantile(p: float, shape: float) -> float:
    """The value below which a Gamma(shape, 1) variable falls with probability `p`.

    Raises: ValueError unless 0 < p < 1 and shape > 0.
    Source: bisection on the regularised incomplete gamma function; checked against scipy.special.gammaincinv.

    >>> round(gamma_quantile(0.5, 1), 6)  # an exponential's median is ln 2
    0.693147
    """
    if not (0 < p < 1 and shape > 0):
        raise ValueError("a probability and a positive shape")
    low, high = 0.0, shape + 1.0
    while gamma_below(shape, high) < p:
        low, high = high, high * 2
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if gamma_below(shape, middle) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def gamma_below(shape: float, x: float) -> float:
    """The regularised lower incomplete gamma function P(shape, x).

    Source: a series below shape + 1, Lentz's continued fraction above (Press et al., Numerical Recipes 6.2).
    """
    if x <= 0:
        return 0.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        for n in range(1, _MOST_TERMS):
            term *= x / (shape + n)
            total += term
            if term < total * 1e-16:
                break
        return min(1.0, front * total)
    b = x + 1 - shape
    c = 1 / _TINY
    d = 1 / b
    fraction = d
    for n in range(1, _MOST_TERMS):
        an = -n * (n - shape)
        b += 2
        d = an * d + b
        d = 1 / (d if abs(d) > _TINY else _TINY)
        c = b + an / c
        c = c if abs(c) > _TINY else _TINY
        step = d * c
        fraction *= step
        if abs(step - 1) < 1e-16:
            break
    return max(0.0, 1 - front * fraction)
