"""Several requests at once, while everything of the agent's stays with the thread that asked.

Budget, clock and store belong to whoever pulls. So a hand that needs one of them hands the errand
over and waits, and the puller runs it while it waits for the next thing that is done.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

Errand = Callable[[], None]
Relay = Callable[[Errand], None]
"""Has an errand run by the thread that the crew works for, and waits for it."""

_Task = TypeVar("_Task")
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class _Asked:
    errand: Errand
    done: Future[None]

    def run(self) -> None:
        try:
            self.errand()
        except BaseException:
            self.done.cancel()  # nobody waits for ever
            raise
        self.done.set_result(None)


class Crew(Generic[_Task, _Found]):
    """So many hands, each at one task. Only the thread that made it may call its methods."""

    def __init__(self, hands: int, work: Callable[[_Task, Relay], _Found]) -> None:
        self._hands = hands
        self._work = work
        self._pool = ThreadPoolExecutor(hands, thread_name_prefix="hubspot")
        self._said: SimpleQueue[_Asked | tuple[_Task, Future[_Found]]] = SimpleQueue()
        self._busy = 0

    @property
    def is_busy(self) -> bool:
        """Whether anything is still to come."""
        return self._busy > 0

    @property
    def has_a_free_hand(self) -> bool:
        return self._busy < self._hands

    def set_to(self, task: _Task) -> None:
        """Let a hand begin with a task."""
        self._busy += 1
        future = self._pool.submit(self._work, task, self._relay)
        future.add_done_callback(lambda done: self._said.put((task, done)))

    def next_done(self) -> tuple[_Task, _Found]:
        """The next task that is done; what the hands need meanwhile is seen to here.

        Raises:
            Whatever the work or an errand raised.
        """
        while isinstance(said := self._said.get(), _Asked):
            said.run()
        self._busy -= 1
        task, future = said
        return task, future.result()

    def close(self) -> None:
        """Send the hands home; whoever waits for an errand leaves at once."""
        while self._busy:
            said = self._said.get()
            if isinstance(said, _Asked):
                said.done.cancel()
            else:
                self._busy -= 1
        self._pool.shutdown()

    def _relay(self, errand: Errand) -> None:
        asked = _Asked(errand, Future())
        self._said.put(asked)
        asked.done.result()
