"""Holds on what must not be deleted for now"""

from alembic import op
import sqlalchemy as sa

revision = "0013"
down_revision = "0012"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "holds",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("sender", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("placed_at", MOMENT, nullable=False),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.Column("lifted_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('complaint', 'story', 'legal', 'inquiry')", name=op.f("ck_holds_kind_known")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_holds_account_id_accounts")),
        sa.ForeignKeyConstraint(["lifted_by"], ["accounts.id"], name=op.f("fk_holds_lifted_by_accounts")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_holds_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    standing = sa.text("lifted_at IS NULL")
    op.create_index("ix_holds_standing", "holds", ["provider_id", "person_id"], postgresql_where=standing)
    op.execute("ALTER TABLE holds ENABLE ROW LEVEL SECURITY")
