"""The attacker of "nothing lost, nothing twice": real processes die, servers go away, books balance."""

import pytest

pytest.register_assert_rewrite("tests.faults.ledger", "tests.faults.points", "tests.faults.stage")
