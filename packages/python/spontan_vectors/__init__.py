"""The test vectors of Spontan for Lightning spontaneous payments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    import pytest

__all__ = ["Case", "Expectation", "Rejection", "cases", "expectation", "operations", "parametrize"]

_SUITES = files(__name__) / "suites"


class Rejection(TypedDict, total=False):
    """What a rejection must be: `codes` and `data` are missing where no failure is sent."""

    layer: str
    reason: str
    codes: list[str]
    data: dict[str, str]


class Expectation(TypedDict, total=False):
    """What must come out, `accept` or `reject`, with these policies."""

    when: dict[str, str]
    accept: dict[str, Any]
    reject: Rejection


class Case(TypedDict, total=False):
    """A case. `code_level`, `data_level`, `twin`, `open_texts` and `steps` may be missing."""

    id: str
    revision: int
    about: str
    level: str
    code_level: str
    data_level: str
    flags: list[str]
    spec: list[str]
    requirements: list[str]
    twin: str
    open_texts: list[str]
    input: dict[str, Any]
    expect: list[Expectation]
    steps: list[dict[str, str]]


def operations() -> list[str]:
    """The operations that have cases."""
    return sorted(file.name.removesuffix(".json") for file in _SUITES.iterdir())


def cases(operation: str) -> list[Case]:
    """The cases of an operation, such as `tlv.decode`."""
    if operation not in operations():
        raise ValueError(f"there are no cases of {operation!r}; the operations are {', '.join(operations())}")
    found: list[Case] = json.loads((_SUITES / f"{operation}.json").read_text("utf-8"))["cases"]
    return found


def expectation(case: Case, policies: Mapping[str, str] = {}) -> Expectation:
    """What an implementation with these policies must answer; those that are not named have their default."""
    fits = (e for e in case["expect"] if all(policies.get(p, v) == v for p, v in e["when"].items()))
    found = next(fits, None)
    if found is None:
        raise ValueError(f"{case['id']} has no expectation for {dict(policies)}: is a value misspelt?")
    return found


def parametrize(operation: str, known: Mapping[str, str] = {}) -> pytest.MarkDecorator:
    """A pytest decorator: the test runs with `case` set to each case of the operation.

    `known` names, by id or pattern, the cases that fail for a reason that is known. They run too, and must fail.
    """
    import pytest

    found, unused = [], set(known)
    for case in cases(operation):
        patterns = [pattern for pattern in known if fnmatchcase(case["id"], pattern)]
        unused -= set(patterns)
        marks = [pytest.mark.xfail(strict=True, reason=known[pattern]) for pattern in patterns[:1]]
        found.append(pytest.param(case, id=case["id"], marks=marks))
    if unused:
        raise ValueError(f"no case of {operation} is named by {', '.join(sorted(unused))}")
    return pytest.mark.parametrize("case", found)
