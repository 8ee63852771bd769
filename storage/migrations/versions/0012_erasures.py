"""Wishes to be deleted, and the keyed hashes of texts that were"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("look_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("waits_for", sa.String(), nullable=True),
        sa.Column("texts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("letters", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("comments", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("waits_for IN ('alert', 'case', 'hold', 'step', 'key')", name=op.f("ck_erasures_waits_for_known")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_erasures_account_id_accounts")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_erasures_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index("ix_erasures_look_at", "erasures", ["look_at"], postgresql_where=sa.text("done_at IS NULL"))
    op.create_index("ix_erasures_person_id", "erasures", ["person_id"])
    op.create_index("ix_erasures_provider_id_asked_at", "erasures", ["provider_id", "asked_at"])
    op.create_table(
        "erased_texts",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("key_ids", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_erased_texts")),
    )
    op.create_index("ix_erased_texts_at", "erased_texts", ["at"])
    for table in ("erasures", "erased_texts"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
