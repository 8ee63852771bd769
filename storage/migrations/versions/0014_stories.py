"""Stories and who may read them; which wording a consent was given to

Staff read the words of a story only while its teller lets them: the policy asks, so that a withdrawal
takes effect everywhere at once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

ROLE = "hearback_dashboard"
MINE = "provider_id = ANY (string_to_array(current_setting('hearback.providers', true), ',')::bigint[])"
ON_LISTS = "'experience', 'carer', 'bereaved', 'check_in'"
SHARED = (
    "EXISTS (SELECT FROM stories WHERE stories.response_id = comments.response_id "
    "AND stories.audience <> 'no_one' AND stories.withdrawn_at IS NULL)"
)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("consents", sa.Column("script", sa.String(), nullable=True))
    op.add_column("consents", sa.Column("script_version", sa.Integer(), nullable=True))
    op.create_table(
        "stories",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("response_id", sa.BigInteger(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("script", sa.String(), nullable=False),
        sa.Column("script_version", sa.Integer(), nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "audience IN ('team', 'board', 'anyone', 'no_one')", name=op.f("ck_stories_audience_known")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_stories_provider_id_providers")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_stories_service_id_services")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_stories_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"], name=op.f("fk_stories_response_id_responses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
        sa.UniqueConstraint("response_id", name=op.f("uq_stories_response_id")),
    )
    op.create_index("ix_stories_person_id", "stories", ["person_id"])
    op.create_index("ix_stories_service_id", "stories", ["service_id"])
    op.execute("ALTER TABLE stories ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY mine ON stories FOR SELECT TO {ROLE} "
        f"USING ({MINE} AND audience <> 'no_one' AND withdrawn_at IS NULL)"
    )
    op.execute(f"GRANT SELECT (id, provider_id, service_id, response_id, audience, agreed_at, withdrawn_at) "
               f"ON stories TO {ROLE}")
    op.execute("DROP POLICY mine ON comments")
    op.execute(
        f"CREATE POLICY mine ON comments FOR SELECT TO {ROLE} "
        f"USING ({MINE} AND NOT held AND (purpose IN ({ON_LISTS}) OR (purpose = 'story' AND {SHARED})))"
    )
