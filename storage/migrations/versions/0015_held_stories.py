"""A story of which any part is held is shown to nobody: the rest of it speaks of the same"""

from alembic import op

revision = "0015"
down_revision = "0014"

ROLE = "hearback_dashboard"
MINE = "provider_id = ANY (string_to_array(current_setting('hearback.providers', true), ',')::bigint[])"


def upgrade() -> None:
    # As its owner: to the dashboard's role a held comment is not there.
    op.execute("""
        CREATE FUNCTION hearback_is_held(wanted bigint) RETURNS boolean
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            SELECT EXISTS (SELECT FROM comments WHERE response_id = wanted AND held)
        $$
    """)
    op.execute("REVOKE ALL ON FUNCTION hearback_is_held FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION hearback_is_held TO {ROLE}")
    op.execute("DROP POLICY mine ON stories")
    op.execute(
        f"CREATE POLICY mine ON stories FOR SELECT TO {ROLE} USING ({MINE} AND audience <> 'no_one' "
        f"AND withdrawn_at IS NULL AND NOT hearback_is_held(response_id))"
    )
