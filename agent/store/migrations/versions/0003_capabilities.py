"""What the CRM tells beside its records: people, campaigns, contracts, and its own activities.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_told()
    _add_origin_to_activities()


def _create_told() -> None:
    op.create_table(
        "told",
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=80), server_default="", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "id", name="pk_told"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_told_topic_about", "told", ["topic", "about"])


def _add_origin_to_activities() -> None:
    """The origin becomes part of the key, so the table is made anew and filled from the old."""
    op.rename_table("activity", "activity_before")
    if op.get_bind().dialect.name == "postgresql":
        # Names of keys are shared by all tables there.
        op.execute("ALTER TABLE activity_before RENAME CONSTRAINT pk_activity TO pk_before")
    op.create_table(
        "activity",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=64), server_default="", nullable=False),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "at", "what", "by", "origin", name="pk_activity"),
        sqlite_with_rowid=False,
    )
    op.execute(
        'INSERT INTO activity (kind, id, at, what, "by", origin, times, source) '
        "SELECT kind, id, at, what, \"by\", '', times, source FROM activity_before"
    )
    op.drop_table("activity_before")
    op.create_index("ix_activity_origin", "activity", ["origin"])
