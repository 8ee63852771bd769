"""Answers to the questions of a script's own, by code: rows beside the response that they belong to."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert

from storage.services import Place
from storage.tables import Answer


def replace(
    connection: Connection, place: Place, response_id: int, given: Mapping[str, Sequence[str]]
) -> None:
    """Question -> its codes, in place of whatever had been answered to that question before."""
    connection.execute(
        delete(Answer).where(Answer.response_id == response_id, Answer.question.in_(given))
    )
    rows = [
        {
            "response_id": response_id,
            "question": question,
            "code": code,
            "provider_id": place.provider_id,
            "service_id": place.service_id,
        }
        for question, codes in given.items()
        for code in codes
    ]
    connection.execute(insert(Answer), rows)
