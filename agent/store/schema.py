"""The tables of the state, the same on SQLite and PostgreSQL.

Times and days are text in a form that sorts (see `columns.py`), amounts are text because they are
exact, and values are JSON as `codec.py` writes it. A change here needs a migration.
"""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from agent.store.columns import Instant

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)

meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("command", String(64), nullable=False),
    Column("started", Instant, nullable=False),
    Column("finished", Instant),
    Column("outcome", String(32), nullable=False, server_default=""),
    Column("config_digest", String(64), nullable=False),
    Column("version", String(32), nullable=False),
    Column("counters", Text, nullable=False, server_default="{}"),
    Column("problems", Text, nullable=False, server_default="[]"),
)

watermark = Table(
    "watermark",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("value", Text, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Column("run", Integer, nullable=False),
)

record = Table(
    "record",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("account", String(64)),
    Column("modified", Instant, nullable=False),
    Column("body", Text, nullable=False),
    Column("inherited", Text, nullable=False),
    Column("written", Text, nullable=False),
    Column("last_written", Text),
    Column("fingerprint", String(32), nullable=False),
    Column("flag", String(16)),
    Column("version", String(32)),
    Column("verdict", Text),
    Column("filtered_by", String(200)),
    Column("segment", String(16), nullable=False),
    Column("status", Text),
    Column("stage", String(64)),
    Column("amount", String(64)),
    Column("foreign_currency", String(8)),
    Column("slices", Text, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Column("gone_at", Instant),
    Column("survivor", String(96)),
    Column("row_sum", String(16), nullable=False),
    Index(None, "account"),
    # Rows are long: who counts them by these alone reads the index and no row.
    Index(None, "kind", "flag", "gone_at"),
)

wording = Table(
    "wording",
    metadata,
    Column("version", String(32), primary_key=True),
    Column("profile", String(200), primary_key=True),
    Column("body", Text, nullable=False),
)

stage_entry = Table(
    "stage_entry",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("stage", String(64), nullable=False),
    Column("entered", Instant, nullable=False),
    Column("left", Instant),
    Column("flag_then", String(16)),
    Column("version_then", String(32), nullable=False),
    Column("attributes_then", Text, nullable=False),
    # Short rows found by their key: SQLite then keeps them in the key's index, not twice.
    sqlite_with_rowid=False,
)

parked = Table(
    "parked",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("run", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("id", String(64), nullable=False),
    Column("new", Text, nullable=False),
    Column("old", Text, nullable=False),
    Column("flag_from", String(16)),
    Column("flag_to", String(16)),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("planned_at", Instant, nullable=False),
    Column("not_before", Instant),
    Column("sent_at", Instant),
    Column("settled_at", Instant),
    Column("settled_run", Integer),
    Column("refusal", Text, nullable=False, server_default=""),
    Index(None, "state", "kind", "number"),
    # With the state in it: else SQLite finds a record's plan by walking the whole plan.
    Index(None, "kind", "id", "state"),
    Index(None, "settled_run"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("run", Integer),
    Column("event", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

audit_payload = Table(
    "audit_payload",
    metadata,
    Column("number", Integer, ForeignKey("audit.number"), primary_key=True, autoincrement=False),
    Column("kind", String(16)),
    Column("id", String(64)),
    Column("payload", Text, nullable=False),
    Index(None, "kind", "id"),
)

cell = Table(
    "cell",
    metadata,
    # The week comes early, because a page changes cells of few weeks.
    Column("version", String(32), primary_key=True),
    Column("week", String(10), primary_key=True),
    Column("unit", String(16), primary_key=True),
    Column("dimension", String(64), primary_key=True),
    Column("stage", String(64), primary_key=True),
    Column("segment", String(16), primary_key=True),
    Column("value", String(128), primary_key=True),
    Column("tally", Text, nullable=False),
    sqlite_with_rowid=False,
)

seen_version = Table(
    "seen_version",
    metadata,
    Column("thing", String(32), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("first_seen", Instant, nullable=False),
)

incident = Table(
    "incident",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("body", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
)

alert = Table(
    "alert",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", String(200), nullable=False),
    Column("episode", Integer, nullable=False),
    Column("transition", String(64), nullable=False),
    Column("message", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("queued_at", Instant, nullable=False),
    Column("not_before", Instant),
    Column("sent_at", Instant),
    Column("posted", String(64), nullable=False, server_default=""),
    Column("problem", Text, nullable=False, server_default=""),
    UniqueConstraint("key", "episode", "transition", name="uq_alert_transition"),
    Index(None, "state"),
)

allowance = Table(
    "allowance",
    metadata,
    Column("org", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("reserved", Integer, nullable=False, server_default="0"),
    Column("used", Integer),
    Column("limit_calls", Integer),
)

definition = Table(
    "definition",
    metadata,
    Column("version", String(32), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

publication = Table(
    "publication",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("version", String(32), nullable=False),
    Column("event", String(16), nullable=False),
    Column("author", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("heat", Text, nullable=False, server_default=""),
    Column("body", Text, nullable=False, server_default="{}"),
)

decision = Table(
    "decision",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("author", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("review_on", String(10)),
    Column("closed_at", Instant),
)

activity = Table(
    "activity",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("what", String(64), primary_key=True),
    Column("by", String(64), primary_key=True),
    Column("origin", String(64), primary_key=True, server_default=""),  # its id in the CRM
    Column("times", Integer, nullable=False, server_default="1"),
    Column("source", String(16), nullable=False),
    Index("ix_activity_origin", "origin"),
    sqlite_with_rowid=False,
)

told = Table(
    "told",
    metadata,
    Column("topic", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("about", String(80), nullable=False, server_default=""),
    Column("body", Text, nullable=False),
    Index("ix_told_topic_about", "topic", "about"),
    sqlite_with_rowid=False,
)

customer_value = Table(
    "customer_value",
    metadata,
    Column("customer", String(64), primary_key=True),
    Column("ltv_class", String(16), nullable=False),
    Column("ltv", String(64)),
    Column("rung", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("found_at", Instant, nullable=False),
)

identity = Table(
    "identity",
    metadata,
    Column("key", String(16), primary_key=True),
    Column("value", String(200), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    Index(None, "kind", "id"),
    sqlite_with_rowid=False,
)

account_match = Table(
    "account_match",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("standing", String(16), nullable=False),
    Column("account", String(64)),
    Column("key", String(16)),
    Column("confidence", Integer, nullable=False),
    Column("candidates", Text, nullable=False),
    sqlite_with_rowid=False,
)

match_due = Table(
    "match_due",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("id", String(64), primary_key=True),
    sqlite_with_rowid=False,
)
