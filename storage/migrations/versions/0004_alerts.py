"""Alerts: words that people must read, and the texts that belong to each"""

from alembic import op
import sqlalchemy as sa

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("response_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("rules_version", sa.String(), nullable=False),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("allegation", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("heard_at", MOMENT, nullable=False),
        sa.Column("tell_at", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint("channel IN ('sms', 'whatsapp', 'telegram', 'web')", name=op.f("ck_alerts_channel_known")),
        sa.CheckConstraint("kind IN ('crisis', 'abuse', 'safety', 'complaint')", name=op.f("ck_alerts_kind_known")),
        sa.CheckConstraint("tier IN ('now', 'today')", name=op.f("ck_alerts_tier_known")),
        sa.CheckConstraint("decision IN ('released', 'kept')", name=op.f("ck_alerts_decision_known")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_alerts_provider_id_providers")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_alerts_service_id_services")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index("uq_alerts_open", "alerts", ["conversation_id"], unique=True, postgresql_where=sa.text("closed_at IS NULL"))
    op.create_index("ix_alerts_conversation_id", "alerts", ["conversation_id"])
    op.create_index("ix_alerts_provider_id_raised_at", "alerts", ["provider_id", "raised_at"])
    op.create_index("ix_alerts_to_tell", "alerts", ["tell_at"], postgresql_where=sa.text("tell_at IS NOT NULL"))
    op.create_index("ix_alerts_person_id", "alerts", ["person_id"])
    op.create_index("ix_alerts_response_id", "alerts", ["response_id"])
    op.create_table(
        "alert_texts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("alert_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("contact", sa.Boolean(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("place IN ('before', 'raised', 'after')", name=op.f("ck_alert_texts_place_known")),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_alert_texts_alert_id_alerts"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_alert_texts_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_texts")),
        sa.UniqueConstraint("alert_id", "inbox_id", name=op.f("uq_alert_texts_alert_id_inbox_id")),
    )
    op.create_index("ix_alert_texts_inbox_id", "alert_texts", ["inbox_id"])
