"""The rota with its named fallback, two roles that are on it, and a second door for staff

The role `hearback_guard` owns nothing and may do only what the transaction says it may:
`hearback.may` lists "provider:what" pairs, and row level security compares. Here: "rota".
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ROLE = "hearback_guard"
ROLES = (
    "ward", "service_lead", "experience_lead", "safeguarding", "on_call", "patient_safety", "board",
    "lived_experience_partner", "icb_analyst", "data_protection_officer", "administrator",
)
DUTIES = ("on_call", "safeguarding", "safeguarding_lead", "patient_safety", "complaints")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_grants_role_known"), "grants")
    op.create_check_constraint(op.f("ck_grants_role_known"), "grants", _one_of("role", ROLES))
    op.create_table(
        "rota_shifts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("weekdays", sa.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.CheckConstraint(_one_of("duty", DUTIES), name=op.f("ck_rota_shifts_duty_known")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_rota_shifts_provider_id_providers")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_rota_shifts_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_shifts")),
        sa.UniqueConstraint(
            "provider_id", "duty", "account_id", "weekdays", "begins", "ends",
            name=op.f("uq_rota_shifts_provider_id_duty_account_id_weekdays_begins_ends"),
        ),
    )
    op.create_index(op.f("ix_rota_shifts_account_id"), "rota_shifts", ["account_id"])
    op.create_table(
        "rota_fallbacks",
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_rota_fallbacks_provider_id_providers")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_rota_fallbacks_account_id_accounts")),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_rota_fallbacks")),
    )
    op.create_index(op.f("ix_rota_fallbacks_account_id"), "rota_fallbacks", ["account_id"])
    _door()


def _door() -> None:
    # As for hearback_dashboard: a role belongs to the whole server, and an owner needs to be a member.
    op.execute(
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN "
        f"CREATE ROLE {ROLE} NOLOGIN; END IF; "
        f"EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
    op.execute(
        f"DO $$ BEGIN IF NOT pg_has_role(current_user, '{ROLE}', 'MEMBER') THEN "
        f"EXECUTE format('GRANT {ROLE} TO %I', current_user); END IF; END $$"
    )
    op.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
    op.execute(
        "CREATE FUNCTION hearback_may(provider bigint, what text) RETURNS boolean LANGUAGE sql STABLE "
        "RETURN coalesce(provider::text || ':' || what "
        "= ANY (string_to_array(current_setting('hearback.may', true), ',')), false)"
    )
    op.execute(
        "CREATE FUNCTION hearback_at(provider bigint) RETURNS boolean LANGUAGE sql STABLE "
        "RETURN EXISTS (SELECT FROM unnest(string_to_array(current_setting('hearback.may', true), ',')) "
        "AS may WHERE split_part(may, ':', 1) = provider::text)"
    )
    for table, column in (("providers", "id"), ("sites", "provider_id"), ("services", "provider_id")):
        op.execute(f"CREATE POLICY guarded ON {table} FOR SELECT TO {ROLE} USING (hearback_at({column}))")
        op.execute(f"GRANT SELECT ON {table} TO {ROLE}")
    for table in ("accounts", "grants"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY guarded ON grants FOR SELECT TO {ROLE} USING (hearback_at(provider_id))")
    op.execute(f"GRANT SELECT (account_id, provider_id, site_id, service_id, role) ON grants TO {ROLE}")
    op.execute(
        f"CREATE POLICY guarded ON accounts FOR SELECT TO {ROLE} USING "
        f"(EXISTS (SELECT FROM grants WHERE grants.account_id = accounts.id))"
    )
    op.execute(f"GRANT SELECT (id, name, active) ON accounts TO {ROLE}")
    op.execute(f"CREATE POLICY guarded ON audit FOR INSERT TO {ROLE} WITH CHECK (hearback_at(provider_id))")
    op.execute(f"GRANT INSERT ON audit TO {ROLE}")
    for table, verbs in (("rota_shifts", "SELECT, INSERT, DELETE"), ("rota_fallbacks", "SELECT, INSERT, UPDATE")):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY guarded ON {table} TO {ROLE} USING (hearback_may(provider_id, 'rota')) "
            f"WITH CHECK (hearback_may(provider_id, 'rota'))"
        )
        op.execute(f"GRANT {verbs} ON {table} TO {ROLE}")
