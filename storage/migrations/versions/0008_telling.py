"""Letters to staff, deeds on alerts, broken glass, cases; and what the second door may do with them

An alert's address can be read by nobody: the function that reveals it writes down who asked, and why, first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

ROLE = "hearback_guard"
MOMENT = sa.DateTime(timezone=True)
DUTIES = ("on_call", "safeguarding", "safeguarding_lead", "patient_safety", "complaints")
MAIL_KINDS = ("alert_now", "alert_today", "alert_again", "not_reached", "escalated", "call")
MAIL_STATES = ("queued", "sending", "sent", "failed", "unconfirmed")
DEEDS = ("released", "kept", "escalated", "closed")
OUTCOMES = ("rung", "not_reached", "passed_on", "not_wanted", "read")
ALERT_COLUMNS = (
    "id, provider_id, service_id, response_id, channel, kind, tier, rule, rules_version, reply, allegation, "
    "language, stopped, version, decision, escalated_to, raised_at, heard_at, tell_at, told_at, unreached_at, closed_at"
)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _key(table: str, *more: sa.schema.SchemaItem) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f(f"fk_{table}_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _account(table: str, column: str = "account_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["accounts.id"], name=op.f(f"fk_{table}_{column}_accounts"))


def upgrade() -> None:
    op.add_column("alerts", sa.Column("escalated_to", sa.String(), nullable=True))
    op.add_column("alerts", sa.Column("unreached_at", MOMENT, nullable=True))
    op.create_check_constraint(op.f("ck_alerts_escalated_to_known"), "alerts", _one_of("escalated_to", DUTIES))
    op.create_table("mails", *_key(
        "mails",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("alert_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(_one_of("kind", MAIL_KINDS), name=op.f("ck_mails_kind_known")),
        sa.CheckConstraint(_one_of("state", MAIL_STATES), name=op.f("ck_mails_state_known")),
        _account("mails"),
        sa.UniqueConstraint("key", name=op.f("uq_mails_key")),
    ))
    op.create_index("ix_mails_due", "mails", ["due_at"], postgresql_where=sa.text("state IN ('queued', 'sending')"))
    op.create_index("ix_mails_alert_id", "mails", ["alert_id"])
    op.create_index("ix_mails_provider_id_id", "mails", ["provider_id", "id"])
    op.create_table("alert_deeds", *_key(
        "alert_deeds",
        sa.Column("alert_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(_one_of("deed", DEEDS), name=op.f("ck_alert_deeds_deed_known")),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_alert_deeds_alert_id_alerts"), ondelete="CASCADE"),
        _account("alert_deeds"),
    ))
    op.create_index("ix_alert_deeds_alert_id", "alert_deeds", ["alert_id"])
    op.create_table("glass_breaks", *_key(
        "glass_breaks",
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("alert_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("by_call", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_glass_breaks_service_id_services")),
        _account("glass_breaks"),
    ))
    op.create_index("ix_glass_breaks_provider_id_at", "glass_breaks", ["provider_id", "at"])
    op.create_table("cases", *_key(
        "cases",
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("alert_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("wants_call", sa.Boolean(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint(_one_of("outcome", OUTCOMES), name=op.f("ck_cases_outcome_known")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_cases_service_id_services")),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_cases_alert_id_alerts"), ondelete="CASCADE"),
        _account("cases", "closed_by"),
        sa.UniqueConstraint("alert_id", name=op.f("uq_cases_alert_id")),
    ))
    op.create_index("ix_cases_conversation_id", "cases", ["conversation_id"])
    op.create_index("ix_cases_due", "cases", ["provider_id", "due_on"], postgresql_where=sa.text("closed_at IS NULL"))
    _policies()
    _glass()


def _allow(table: str, grant: str, using: str, check: str | None = None, verb: str = "ALL", name: str = "guarded") -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    checked = f" WITH CHECK ({check})" if check else ""
    op.execute(f"CREATE POLICY {name} ON {table} FOR {verb} TO {ROLE} USING ({using}){checked}")
    op.execute(f"GRANT {grant} ON {table} TO {ROLE}")


def _policies() -> None:
    seen = "EXISTS (SELECT FROM alerts WHERE alerts.id = alert_id)"
    _allow(
        "alerts",
        f"SELECT ({ALERT_COLUMNS}), UPDATE (version, decision, escalated_to, tell_at, closed_at)",
        "hearback_may(provider_id, kind)", "hearback_may(provider_id, kind)",
    )
    _allow("cases", "SELECT, UPDATE (version, outcome, note, closed_by, closed_at)",
           "hearback_may(provider_id, 'cases')", "hearback_may(provider_id, 'cases')")
    _allow(
        "alert_texts", "SELECT",
        f"{seen} OR (contact AND EXISTS (SELECT FROM cases WHERE cases.alert_id = alert_texts.alert_id))",
        verb="SELECT",
    )
    _allow("alert_deeds", "SELECT, INSERT", seen, seen)
    _allow("outbox", "SELECT (id, inbox_id, kind, letter, state, error_code, created_at, changed_at)",
           "EXISTS (SELECT FROM alert_texts WHERE alert_texts.inbox_id = outbox.inbox_id)", verb="SELECT")
    of_an_alert = "EXISTS (SELECT FROM alerts WHERE alerts.response_id = comments.response_id)"
    _allow("comments", "SELECT (id, response_id, question, redacted, held), UPDATE (held)", of_an_alert, verb="SELECT")
    _allow("comments", "SELECT (id)", of_an_alert, of_an_alert, verb="UPDATE", name="decided")
    _allow("mails", "SELECT", f"hearback_may(provider_id, 'letters') OR {seen}", verb="SELECT")
    _allow("glass_breaks", "SELECT", "hearback_may(provider_id, 'glass_list')", verb="SELECT")


def _glass() -> None:
    op.execute("""
        CREATE FUNCTION hearback_break_glass(
            wanted bigint, seen integer, who bigint, why bytea, for_call boolean, moment timestamptz
        ) RETURNS bytea LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE asked alerts%ROWTYPE;
        BEGIN
            SELECT * INTO asked FROM alerts WHERE id = wanted FOR UPDATE;
            IF NOT FOUND OR why IS NULL THEN RETURN NULL; END IF;
            IF for_call THEN
                IF NOT hearback_may(asked.provider_id, 'cases') THEN RETURN NULL; END IF;
                UPDATE cases SET version = version + 1
                WHERE alert_id = wanted AND version = seen AND wants_call AND closed_at IS NULL;
                IF NOT FOUND THEN RETURN NULL; END IF;
            ELSIF asked.version <> seen OR asked.closed_at IS NOT NULL
                OR NOT hearback_may(asked.provider_id, asked.kind)
                OR NOT hearback_may(asked.provider_id, 'glass') THEN RETURN NULL;
            END IF;
            INSERT INTO glass_breaks (provider_id, service_id, alert_id, account_id, by_call, reason, at)
            VALUES (asked.provider_id, asked.service_id, wanted, who, for_call, why, moment);
            IF NOT for_call THEN UPDATE alerts SET version = version + 1 WHERE id = wanted; END IF;
            RETURN asked.address;
        END $$
    """)
    op.execute("REVOKE ALL ON FUNCTION hearback_break_glass FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION hearback_break_glass TO {ROLE}")
