"""Forecasts: bands, probabilities and tables of the futures of a state."""

from __future__ import annotations

import numpy as np
import pytest

import libtwin as tw


@pytest.fixture(scope="module")
def now() -> tw.Run:
    return tw.load("lines/press-shop.json").run(until="50 h")


def test_a_forecast_is_made_of_the_forks_of_the_state(now: tw.Run) -> None:
    before = now.full_hash
    forecast = now.forecast("+8 h", n=20, every="3 h", seed=5)
    assert now.full_hash == before
    np.testing.assert_allclose(forecast.times / 3600, [53, 56, 58])
    shipped = forecast["line/shipped"]
    assert shipped.shape == (20, 3)
    fork = now.fork()
    fork.reseed(5 + 7)
    for column, hour in enumerate((53, 56, 58)):
        fork.until(f"{hour} h")
        assert shipped[7, column] == fork["line/shipped"]


def test_the_same_on_any_number_of_threads(now: tw.Run) -> None:
    alone, many = (now.forecast("+4 h", n=30, threads=k) for k in (1, 5))
    np.testing.assert_array_equal(alone["line/shipped"], many["line/shipped"])


def test_bands_and_chances_are_those_of_the_values(now: tw.Run) -> None:
    forecast = now.forecast("+8 h", n=100, levels=[0.1, 0.9])
    shipped = forecast["line/shipped"][:, -1]
    bands = forecast.bands
    assert list(bands["quantity"]) == list(forecast.paths)
    np.testing.assert_allclose(
        [bands["q10"][0], bands["q90"][0]], np.quantile(shipped, [0.1, 0.9]), rtol=1e-12
    )
    chance = forecast.chance("line/shipped", np.median(shipped))
    assert chance.low < float(chance) < chance.high
    assert float(chance) == (shipped >= np.median(shipped)).mean()
    assert "futures" in str(chance)


def test_parts_and_failures_have_tables(now: tw.Run) -> None:
    forecast = now.forecast("+8 h", n=50, parts=True, failures=True)
    parts, failures = forecast.parts, forecast.failures
    assert len(parts["part"]) == now["line/wip/now"]
    assert set(np.unique(parts["p_shipped"])) <= {k / 50 for k in range(51)}
    assert ((failures["low"] <= failures["p"]) & (failures["p"] <= failures["high"])).all()
    assert failures["q5"].min() > 50 * 3600


def test_what_makes_no_sense_is_refused(now: tw.Run) -> None:
    with pytest.raises(tw.Error, match="before the present instant"):
        now.forecast("1 h")
    with pytest.raises(TypeError, match="list of paths"):
        now.forecast("+1 h", paths="line/shipped")
    with pytest.raises(KeyError, match="was not asked for"):
        now.forecast("+1 h", n=2)["line/scrapped"]
    with pytest.raises(tw.Error, match="did not ask"):
        _ = now.forecast("+1 h", n=2).parts


def test_a_forecast_is_drawn(now: tw.Run) -> None:
    forecast = now.forecast("+2 h", n=10, every="30 min")
    assert forecast.plot().axes[0].get_ylabel() == "line/shipped"
    assert now.forecast("+2 h", n=10).plot("line/wip/now").axes
    assert "10 futures" in repr(forecast)
