"""When leads come: working hours of working days, as many as chance brings around a mean."""

import math
from datetime import datetime, timedelta
from random import Random

WEEK = timedelta(weeks=1)
_WORKING_DAYS = 0.94  # of all leads; the rest come at weekends
_WORKING_SECONDS = 10 * 3600  # 9 to 19 o'clock in Tokyo is 0 to 10 o'clock UTC
_LARGE_MEAN = 60.0


def monday(moment: datetime) -> datetime:
    """The beginning of the moment's week."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=midnight.weekday())


def moment_in(rng: Random, week: datetime) -> datetime:
    """A moment of the week that begins there, at which somebody might fill in a form."""
    working = rng.random() < _WORKING_DAYS
    day = int(rng.random() * 5) if working else 5 + int(rng.random() * 2)
    return week + timedelta(days=day, seconds=int(rng.random() * _WORKING_SECONDS))


def count_around(rng: Random, mean: float) -> int:
    """A Poisson count: weeks differ by chance, and by nothing else."""
    if mean > _LARGE_MEAN:  # by then the normal law is as good, and quicker
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    edge, count, product = math.exp(-mean), 0, rng.random()
    while product > edge:
        count += 1
        product *= rng.random()
    return count
