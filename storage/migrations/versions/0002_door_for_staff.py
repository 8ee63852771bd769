"""A role for dashboards that owns nothing, and row level security by provider

The role may read figures, places and redacted comments of the providers named in the transaction
(`hearback.providers`), write audit rows for them, and nothing else: no address, no conversation,
no text in or out, no original words, no held comment.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

ROLE = "hearback_dashboard"
OF_A_PROVIDER = [
    "sites", "services", "touchpoints", "responses", "comments",
    "daily_ratings", "daily_roles", "daily_modes",
]
RESPONSE_COLUMNS = (
    "id, provider_id, service_id, touchpoint_id, channel, mode, source, solicited, rating, role, view, "
    "language, script, script_version, day, first_at, changed_at"
)
COMMENT_COLUMNS = (
    "id, provider_id, service_id, response_id, question, redacted, redaction_version, held, day, created_at"
)
MINE = "provider_id = ANY (string_to_array(current_setting('hearback.providers', true), ',')::bigint[])"


def upgrade() -> None:
    # Roles belong to the whole server: another database of it may have made this one already.
    op.execute(
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN "
        f"CREATE ROLE {ROLE} NOLOGIN; END IF; "
        f"EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
    # A superuser may take any role; an owner that is none needs to be a member.
    op.execute(
        f"DO $$ BEGIN IF NOT pg_has_role(current_user, '{ROLE}', 'MEMBER') THEN "
        f"EXECUTE format('GRANT {ROLE} TO %I', current_user); END IF; END $$"
    )
    op.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
    for table in OF_A_PROVIDER:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for table in OF_A_PROVIDER:
        if table != "comments":
            op.execute(f"CREATE POLICY mine ON {table} FOR SELECT TO {ROLE} USING ({MINE})")
        if table not in ("comments", "responses"):
            op.execute(f"GRANT SELECT ON {table} TO {ROLE}")
    op.execute("ALTER TABLE providers ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY mine ON providers FOR SELECT TO {ROLE} USING ({MINE.replace('provider_id', 'id')})"
    )
    op.execute(f"GRANT SELECT ON providers TO {ROLE}")
    op.execute(f"GRANT SELECT ({RESPONSE_COLUMNS}) ON responses TO {ROLE}")
    op.execute(f"CREATE POLICY mine ON comments FOR SELECT TO {ROLE} USING ({MINE} AND NOT held)")
    op.execute(f"GRANT SELECT ({COMMENT_COLUMNS}) ON comments TO {ROLE}")
    op.execute("ALTER TABLE audit ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY mine ON audit FOR SELECT TO {ROLE} USING ({MINE})")
    op.execute(f"CREATE POLICY noted ON audit FOR INSERT TO {ROLE} WITH CHECK ({MINE})")
    op.execute(f"GRANT SELECT, INSERT ON audit TO {ROLE}")
