"""The page about speed is what the kept figures make; nobody writes a figure by hand."""

from tests.benchmarks import page
from tests.benchmarks.asked import at_least, at_most
from tests.benchmarks.chart import bars


def test_the_page_is_written_from_the_figures() -> None:
    assert page.PAGE.read_text("utf-8") == page.page(page.read()), "write it again: python -m tests.benchmarks.page"


def test_the_chart_is_drawn_from_the_figures() -> None:
    assert page.CHART.read_text("utf-8") == page.chart(page.read()), "draw it again: python -m tests.benchmarks.page"


def test_a_figure_that_misses_what_was_asked_is_said_to_miss_it() -> None:
    results = page.read()
    results["timers"]["found"]["outage"]["per_second"] = 1
    line = next(line for line in page.page(results).splitlines() if "/s" in line and "after an outage" in line)
    assert line.endswith("not met |")


def test_what_is_asked_holds_from_its_limit_on() -> None:
    assert at_least("speed", 35, 35).holds
    assert not at_least("speed", 35, 34.9).holds
    assert at_most("growth", 1.1, 1.1).holds
    assert not at_most("growth", 1.1, 1.11).holds


def test_bars_are_as_long_as_their_figures() -> None:
    drawn = bars("rates", {"linear": {"ours": 1000, "theirs": 250}})
    lengths = [float(part.split('"')[0]) for part in drawn.split('width="')[2:]]
    assert lengths[0] == 4 * lengths[1]
