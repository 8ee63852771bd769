"""The outermost door of a job: what it raises is logged by kind, and goes on without its words."""

from collections.abc import Callable
from functools import wraps

from runtime import log


class JobFailed(Exception):
    """A job raised; the row it was about is still a debt, and the sweeper rings for it again.

    RQ keeps an error's text in Redis, and it may quote a person: only the kind of it goes on.
    """


def without_words(job: Callable[[], None]) -> Callable[[], None]:
    """The same job, raising only JobFailed with the name of what went wrong."""

    @wraps(job)
    def guarded() -> None:
        try:
            return job()
        except Exception as error:  # noqa: BLE001  nothing may pass this door with its words
            log.get().error("job_failed", job=job.__name__, exc_info=error)
            kind = type(error).__name__
        raise JobFailed(kind)

    return guarded
