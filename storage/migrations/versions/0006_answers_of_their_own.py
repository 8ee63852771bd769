"""Answers to the questions of a script's own, what a response is for, and scripts of touchpoints

Staff lists read comments about experience, of carers and of the bereaved; what staff, check-ins and
stories say has readers of its own.
"""

from alembic import op
import sqlalchemy as sa

revision = "0006"
down_revision = "0005"

ROLE = "hearback_dashboard"
MINE = "provider_id = ANY (string_to_array(current_setting('hearback.providers', true), ',')::bigint[])"
PURPOSES = "'experience', 'carer', 'bereaved', 'staff', 'check_in', 'story'"
ON_LISTS = "'experience', 'carer', 'bereaved'"


def upgrade() -> None:
    for table in ("responses", "comments"):
        op.add_column(
            table, sa.Column("purpose", sa.String(), server_default=sa.text("'experience'"), nullable=False)
        )
        op.create_check_constraint(f"ck_{table}_purpose_known", table, f"purpose IN ({PURPOSES})")
        op.execute(f"GRANT SELECT (purpose) ON {table} TO {ROLE}")
    op.add_column("touchpoints", sa.Column("script", sa.String(), nullable=True))
    op.create_table(
        "answers",
        sa.Column("response_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name=op.f("fk_answers_response_id_responses"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_answers_provider_id_providers")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_answers_service_id_services")),
        sa.PrimaryKeyConstraint("response_id", "question", "code", name=op.f("pk_answers")),
    )
    op.create_index("ix_answers_service_id_question", "answers", ["service_id", "question"])
    op.execute("ALTER TABLE answers ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY mine ON answers FOR SELECT TO {ROLE} USING ({MINE} AND EXISTS ("
        f"SELECT FROM responses WHERE responses.id = response_id AND responses.purpose IN ({ON_LISTS})))"
    )
    op.execute(f"GRANT SELECT ON answers TO {ROLE}")
    op.execute("DROP POLICY mine ON comments")
    op.execute(
        f"CREATE POLICY mine ON comments FOR SELECT TO {ROLE} "
        f"USING ({MINE} AND NOT held AND purpose IN ({ON_LISTS}))"
    )
