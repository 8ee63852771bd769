"""A provider's own scripts as versions, with what people said of each"""

from alembic import op
import sqlalchemy as sa

revision = "0009"
down_revision = "0008"

ROLE = "hearback_dashboard"
MINE = "provider_id = ANY (string_to_array(current_setting('hearback.providers', true), ',')::bigint[])"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rulebooks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("live_from", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('script')", name=op.f("ck_rulebooks_kind_known")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_rulebooks_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebooks")),
        sa.UniqueConstraint("provider_id", "kind", "name", "version", name=op.f("uq_rulebooks_provider_id_kind_name_version")),
    )
    op.create_table(
        "verdicts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("rulebook_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_verdicts_provider_id_providers")),
        sa.ForeignKeyConstraint(["rulebook_id"], ["rulebooks.id"], name=op.f("fk_verdicts_rulebook_id_rulebooks"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
    )
    op.create_index("ix_verdicts_rulebook_id", "verdicts", ["rulebook_id"])
    for table in ("rulebooks", "verdicts"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY mine ON {table} FOR SELECT TO {ROLE} USING ({MINE})")
        op.execute(f"GRANT SELECT ON {table} TO {ROLE}")
