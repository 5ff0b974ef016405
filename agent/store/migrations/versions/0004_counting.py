"""Records are counted by kind and flag in every run, and found for that without being read.

Revision ID: 0004
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_record_kind_flag_gone_at", "record", ["kind", "flag", "gone_at"])
