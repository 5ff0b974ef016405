"""The first schema.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_meta()
    _create_run()
    _create_watermark()
    _create_record()
    _create_wording()
    _create_stage_entry()
    _create_parked()
    _create_outbox()
    _create_audit()
    _create_audit_payload()
    _create_cell()
    _create_seen_version()
    _create_incident()
    _create_alert()
    _create_allowance()


def _create_meta() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )


def _create_run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("command", sa.String(length=64), nullable=False),
        sa.Column("started", sa.String(length=32), nullable=False),
        sa.Column("finished", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=32), server_default="", nullable=False),
        sa.Column("config_digest", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("counters", sa.Text(), server_default="{}", nullable=False),
        sa.Column("problems", sa.Text(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )


def _create_watermark() -> None:
    op.create_table(
        "watermark",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.String(length=32), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_watermark"),
    )


def _create_record() -> None:
    op.create_table(
        "record",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=True),
        sa.Column("modified", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("inherited", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("last_written", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("flag", sa.String(length=16), nullable=True),
        sa.Column("version", sa.String(length=32), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("filtered_by", sa.String(length=200), nullable=True),
        sa.Column("segment", sa.String(length=16), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("stage", sa.String(length=64), nullable=True),
        sa.Column("amount", sa.String(length=64), nullable=True),
        sa.Column("slices", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.String(length=32), nullable=False),
        sa.Column("gone_at", sa.String(length=32), nullable=True),
        sa.Column("survivor", sa.String(length=96), nullable=True),
        sa.Column("row_sum", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_record"),
    )
    op.create_index("ix_record_account", "record", ["account"], unique=False)


def _create_wording() -> None:
    op.create_table(
        "wording",
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("profile", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", "profile", name="pk_wording"),
    )


def _create_stage_entry() -> None:
    op.create_table(
        "stage_entry",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("entered", sa.String(length=32), nullable=False),
        sa.Column("left", sa.String(length=32), nullable=True),
        sa.Column("flag_then", sa.String(length=16), nullable=True),
        sa.Column("version_then", sa.String(length=32), nullable=False),
        sa.Column("attributes_then", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "position", name="pk_stage_entry"),
        sqlite_with_rowid=False,
    )


def _create_parked() -> None:
    op.create_table(
        "parked",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.String(length=32), nullable=False),
        sa.Column("last_seen", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_parked"),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("flag_from", sa.String(length=16), nullable=True),
        sa.Column("flag_to", sa.String(length=16), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("planned_at", sa.String(length=32), nullable=False),
        sa.Column("not_before", sa.String(length=32), nullable=True),
        sa.Column("sent_at", sa.String(length=32), nullable=True),
        sa.Column("settled_at", sa.String(length=32), nullable=True),
        sa.Column("settled_run", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_outbox"),
    )
    op.create_index("ix_outbox_kind_id_state", "outbox", ["kind", "id", "state"], unique=False)
    op.create_index("ix_outbox_settled_run", "outbox", ["settled_run"], unique=False)
    op.create_index(
        "ix_outbox_state_kind_number", "outbox", ["state", "kind", "number"], unique=False
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("run", sa.Integer(), nullable=True),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )


def _create_audit_payload() -> None:
    op.create_table(
        "audit_payload",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=True),
        sa.Column("id", sa.String(length=64), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"],
            ["audit.number"],
        ),
        sa.PrimaryKeyConstraint("number", name="pk_audit_payload"),
    )
    op.create_index("ix_audit_payload_kind_id", "audit_payload", ["kind", "id"], unique=False)


def _create_cell() -> None:
    op.create_table(
        "cell",
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("week", sa.String(length=10), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("dimension", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("segment", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=128), nullable=False),
        sa.Column("tally", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "version", "week", "unit", "dimension", "stage", "segment", "value", name="pk_cell"
        ),
        sqlite_with_rowid=False,
    )


def _create_seen_version() -> None:
    op.create_table(
        "seen_version",
        sa.Column("thing", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("first_seen", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("thing", "version", name="pk_seen_version"),
    )


def _create_incident() -> None:
    op.create_table(
        "incident",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_incident"),
    )


def _create_alert() -> None:
    op.create_table(
        "alert",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("transition", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("queued_at", sa.String(length=32), nullable=False),
        sa.Column("not_before", sa.String(length=32), nullable=True),
        sa.Column("sent_at", sa.String(length=32), nullable=True),
        sa.Column("posted", sa.String(length=64), server_default="", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_alert"),
        sa.UniqueConstraint("key", "episode", "transition", name="uq_alert_transition"),
    )
    op.create_index("ix_alert_state", "alert", ["state"], unique=False)


def _create_allowance() -> None:
    op.create_table(
        "allowance",
        sa.Column("org", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("reserved", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used", sa.Integer(), nullable=True),
        sa.Column("limit_calls", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("org", "day", name="pk_allowance"),
    )
