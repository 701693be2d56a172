"""The package holds every case, and its helpers say what is wrong."""

import os

import pytest
from spontan_vectors import cases, expectation, operations, parametrize


def test_every_case_of_the_bundle_is_here():
    found = [case for operation in operations() for case in cases(operation)]
    assert len({case["id"] for case in found}) == len(found) == int(os.environ["SPONTAN_CASES"])
    assert all(case["level"] and "when" in case["expect"][0] for case in found)


def test_policies_choose_the_expectation():
    case = next(case for case in cases("keysend.receive") if case["id"] == "keysend.receive/even-custom-65536")
    assert "reject" in expectation(case)
    assert "accept" in expectation(case, {"custom_even_records": "accept"})
    with pytest.raises(ValueError, match="misspelt"):
        expectation(case, {"custom_even_records": "other"})


def test_what_is_misspelt_is_said():
    with pytest.raises(ValueError, match="bigsize.decode, bigsize.encode"):
        cases("bigsize")
    with pytest.raises(ValueError, match="no-such"):
        parametrize("bigsize.decode", known={"no-such": "a reason"})
