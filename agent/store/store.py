"""The store: everything the agent knows, put together from one file per subject."""

from agent.store.activities import Activities
from agent.store.allowances import Allowances
from agent.store.audit import Audit
from agent.store.book import WholeBook
from agent.store.census import Census
from agent.store.decisions import Decisions
from agent.store.definitions import Definitions
from agent.store.departures import Departures
from agent.store.entered import Entries
from agent.store.explanations import Explanations
from agent.store.figures import Figures
from agent.store.incidents import Incidents
from agent.store.keeping import Keeping
from agent.store.matches import Matches
from agent.store.outbox import Outbox
from agent.store.revenue import Revenue
from agent.store.runs import Runs
from agent.store.told import ToldBeside
from agent.store.values import CustomerValues


class Store(
    Runs,
    Departures,
    WholeBook,
    Definitions,
    Explanations,
    Entries,
    Census,
    Keeping,
    Outbox,
    Audit,
    Figures,
    Incidents,
    Allowances,
    Activities,
    Decisions,
    Revenue,
    Matches,
    CustomerValues,
    ToldBeside,
):
    """The agent's state in SQLite or PostgreSQL.

    Every method is one transaction; `keep` and `settle` are where a crash must not come between.
    """
