"""When `bbm run` works: one job, every so many minutes, until it is told to stop."""

import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger


def keep_running(
    cycle: Callable[[], None], every_minutes: int, stop: threading.Event, start: datetime
) -> None:
    """Run the cycle now and then every so many minutes, one at a time, until `stop` is set.

    A late run is never dropped and runs that were missed are made up for once. The run at work
    when the stop comes is finished before this returns; it looks at `stop` between batches.
    """
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=UTC,
    )
    scheduler.add_job(cycle, IntervalTrigger(minutes=every_minutes), next_run_time=start)
    scheduler.start()
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=True)


def stop_on_signals(stop: threading.Event) -> None:
    """SIGTERM and SIGINT ask for an end after the present batch; a second one ends at once."""

    def ask(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise SystemExit(128 + number)
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
