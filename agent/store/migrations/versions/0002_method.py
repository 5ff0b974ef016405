"""What the method keeps: published definitions, decisions, activities, customer values.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("record", sa.Column("foreign_currency", sa.String(length=8), nullable=True))
    _create_definition()
    _create_publication()
    _create_decision()
    _create_activity()
    _create_matching()
    _create_customer_value()


def _create_definition() -> None:
    op.create_table(
        "definition",
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_definition"),
    )


def _create_publication() -> None:
    op.create_table(
        "publication",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("heat", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_publication"),
    )


def _create_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("review_on", sa.String(length=10), nullable=True),
        sa.Column("closed_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_decision"),
    )


def _create_activity() -> None:
    op.create_table(
        "activity",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "at", "what", "by", name="pk_activity"),
        sqlite_with_rowid=False,
    )


def _create_matching() -> None:
    op.create_table(
        "identity",
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("key", "value", "kind", "id", name="pk_identity"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_identity_kind_id", "identity", ["kind", "id"])
    op.create_table(
        "account_match",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=True),
        sa.Column("key", sa.String(length=16), nullable=True),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("candidates", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_account_match"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "match_due",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_match_due"),
        sqlite_with_rowid=False,
    )


def _create_customer_value() -> None:
    op.create_table(
        "customer_value",
        sa.Column("customer", sa.String(length=64), nullable=False),
        sa.Column("ltv_class", sa.String(length=16), nullable=False),
        sa.Column("ltv", sa.String(length=64), nullable=True),
        sa.Column("rung", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("found_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("customer", name="pk_customer_value"),
    )
