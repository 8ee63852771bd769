"""What staff say of their work: a door that opens only where at least eleven have answered

The dashboard's role still reads no row of theirs. The function shows them eleven at a time, without an
order of time: else each further answer would show whose it is.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

ROLE = "hearback_dashboard"


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION hearback_staff_said(wanted bigint)
        RETURNS TABLE (question text, code text, words text, answered bigint)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
            WITH given AS (
                SELECT id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS many
                FROM responses
                WHERE service_id = wanted AND purpose = 'staff' AND provider_id = ANY (
                    string_to_array(current_setting('hearback.providers', true), ',')::bigint[])
            ), shown AS (SELECT id FROM given WHERE place <= many / 11 * 11)
            SELECT '', NULL, NULL, count(*) FROM shown
            UNION ALL
            SELECT answers.question, answers.code, NULL, count(*)
            FROM answers JOIN shown ON shown.id = answers.response_id
            GROUP BY answers.question, answers.code
            UNION ALL
            (SELECT comments.question, NULL, comments.redacted, 1
            FROM comments JOIN shown ON shown.id = comments.response_id
            WHERE comments.redacted IS NOT NULL AND NOT comments.held
            ORDER BY comments.question, md5(comments.redacted))
        $$
    """)
    op.execute("REVOKE ALL ON FUNCTION hearback_staff_said FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION hearback_staff_said TO {ROLE}")
