"""A plain evaluator of its own: weekly rates of new leads, a band around the past, one channel."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from statistics import NormalDist

from sandbox.plot.arrivals import monday
from sandbox.plot.events import LeadArrived
from sandbox.plot.fit import flag
from sandbox.story import Story

BASELINE, WINDOW = 26, 4
Total = Mapping[str | None, list[int]]  # channel -> ideal customers, all that are decided


def weeks_of(story: Story) -> Mapping[datetime, Total]:
    """For each closed week, by channel: ideal customers and all that are decided."""
    weeks: dict[datetime, dict[str | None, list[int]]] = defaultdict(
        lambda: defaultdict(lambda: [0, 0])
    )
    for event in (*story.past, *story.future):
        if isinstance(event, LeadArrived):
            firm = event.firm
            fits = flag(firm.industry, firm.employees, firm.country, event.person.title)
            if fits is not None:
                cell = weeks[monday(event.at)][event.channel]
                cell[0] += fits
                cell[1] += 1
    return weeks


def tally(weeks: Mapping[datetime, Total], first: datetime, count: int) -> Total:
    """The sums over so many weeks from the first on, by channel."""
    total: dict[str | None, list[int]] = defaultdict(lambda: [0, 0])
    for number in range(count):
        for channel, (ideal, known) in weeks[first + timedelta(weeks=number)].items():
            total[channel][0] += ideal
            total[channel][1] += known
    return total


def rate(total: Total) -> float:
    return sum(k for k, _ in total.values()) / sum(n for _, n in total.values())


def alerts(story: Story) -> Iterator[tuple[datetime, str, str | None]]:
    """(week, direction, channel) for each closed week after now that lies outside the band."""
    weeks = weeks_of(story)
    for ahead in range(1, 14):
        end = monday(story.now) + timedelta(weeks=ahead)
        before = tally(weeks, end - timedelta(weeks=WINDOW + BASELINE), BASELINE)
        now = tally(weeks, end - timedelta(weeks=WINDOW), WINDOW)
        usual, present, known = rate(before), rate(now), sum(n for _, n in now.values())
        half, spread = max(0.05, 0.25 * usual), (present * (1 - present) / known) ** 0.5
        edge = NormalDist().inv_cdf(0.95) * spread
        if present + edge < usual - half:
            yield end, "volume", cause(before, now, -1)
        elif present - edge > usual + half:
            yield end, "quality", cause(before, now, +1)


def cause(before: Total, now: Total, sign: int) -> str | None:
    """The channel whose mix and rate explain most of the change."""
    sums = [sum(n for _, n in one.values()) for one in (before, now)]
    middle = (rate(before) + rate(now)) / 2

    def part(channel: str | None) -> float:
        (k0, n0), (k1, n1) = before[channel], now[channel]
        s0, s1, r0, r1 = n0 / sums[0], n1 / sums[1], k0 / max(n0, 1), k1 / max(n1, 1)
        return (s0 + s1) / 2 * (r1 - r0) + ((r0 + r1) / 2 - middle) * (s1 - s0)

    return max({*before, *now}, key=lambda channel: sign * part(channel))
