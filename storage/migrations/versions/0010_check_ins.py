"""Carers' check-ins; a wish to be rung, and a check-in that is hard, as cases of their own kind

Staff lists read what carers say to a check-in as they read carers' other words.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

DASHBOARD = "hearback_dashboard"
MINE = "provider_id = ANY (string_to_array(current_setting('hearback.providers', true), ',')::bigint[])"
ON_LISTS = "'experience', 'carer', 'bereaved', 'check_in'"
MOMENT = sa.DateTime(timezone=True)
CHANNELS = ("sms", "whatsapp", "telegram", "web")
ALERT_KINDS = ("crisis", "abuse", "safety", "complaint", "check_in", "contact")
DUTIES = ("on_call", "safeguarding", "safeguarding_lead", "patient_safety", "complaints", "carers")
MAIL_KINDS = ("alert_now", "alert_today", "alert_again", "not_reached", "escalated", "call", "check_in")
CASE_KINDS = ("complaint", "contact", "check_in")
ENDINGS = ("all_sent", "declined", "stopped", "erased")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _grows(table: str, column: str, values: tuple[str, ...]) -> None:
    name = op.f(f"ck_{table}_{column}_known")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, _one_of(column, values))


def upgrade() -> None:
    _grows("alerts", "kind", ALERT_KINDS)
    _grows("alerts", "escalated_to", DUTIES)
    _grows("rota_shifts", "duty", DUTIES)
    _grows("mails", "kind", MAIL_KINDS)
    op.add_column("cases", sa.Column("kind", sa.String(), server_default=sa.text("'complaint'"), nullable=False))
    op.create_check_constraint(op.f("ck_cases_kind_known"), "cases", _one_of("kind", CASE_KINDS))
    op.create_table(
        "check_ins",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("touchpoint_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("our_address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("script", sa.String(), nullable=False),
        sa.Column("script_version", sa.Integer(), nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=False),
        sa.Column("every_weeks", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("sent", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.CheckConstraint(_one_of("channel", CHANNELS), name=op.f("ck_check_ins_channel_known")),
        sa.CheckConstraint(_one_of("ended_why", ENDINGS), name=op.f("ck_check_ins_ended_why_known")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_check_ins_provider_id_providers")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_check_ins_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["touchpoint_id"], ["touchpoints.id"], name=op.f("fk_check_ins_touchpoint_id_touchpoints")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
    )
    open_ = sa.text("ended_at IS NULL")
    op.create_index("uq_check_ins_open", "check_ins", ["person_id", "our_address"], unique=True, postgresql_where=open_)
    op.create_index("ix_check_ins_due", "check_ins", ["due_at"], postgresql_where=open_)
    op.create_index("ix_check_ins_person_id", "check_ins", ["person_id"])
    op.execute("ALTER TABLE check_ins ENABLE ROW LEVEL SECURITY")
    op.execute("DROP POLICY mine ON answers")
    op.execute(
        f"CREATE POLICY mine ON answers FOR SELECT TO {DASHBOARD} USING ({MINE} AND EXISTS ("
        f"SELECT FROM responses WHERE responses.id = response_id AND responses.purpose IN ({ON_LISTS})))"
    )
    op.execute("DROP POLICY mine ON comments")
    op.execute(
        f"CREATE POLICY mine ON comments FOR SELECT TO {DASHBOARD} "
        f"USING ({MINE} AND NOT held AND purpose IN ({ON_LISTS}))"
    )
