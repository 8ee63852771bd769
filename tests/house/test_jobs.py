"""Every bell reaches a function, and every job has a bell; a worker finds both by name only."""

import inspect
from importlib import import_module

import pytest

from runtime.jobs import BELLS, Bell, QueueName
from workers import jobs as functions
from workers.schedule import SCHEDULE


@pytest.mark.parametrize("bell", BELLS, ids=lambda bell: bell.name)
def test_the_name_resolves_to_a_job_without_arguments(bell: Bell) -> None:
    module, _, name = bell.function.rpartition(".")
    job = getattr(import_module(module), name)
    assert inspect.signature(job).parameters == {}
    assert bell.queue in QueueName


def test_names_are_unique() -> None:
    assert len({bell.name for bell in BELLS}) == len(BELLS)


def test_every_job_has_a_bell() -> None:
    jobs = {
        f"{functions.__name__}.{name}"
        for name, job in inspect.getmembers(functions, inspect.isfunction)
        if inspect.getmodule(job) is functions
    }
    assert jobs == {bell.function for bell in BELLS}


def test_the_schedule_names_each_entry_once() -> None:
    assert len({entry.name for entry in SCHEDULE}) == len(SCHEDULE)
