"""The bundle's schemas stand alone, take each of its suites, and refuse one that is bent."""

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

BUNDLE = Path(os.environ["SPONTAN_BUNDLE"])
SCHEMAS = {path.name: json.loads(path.read_text()) for path in BUNDLE.glob("schemas/*.json")}
SUITES = sorted(BUNDLE.glob("suites/*.json"))
VECTORS = Draft202012Validator(SCHEMAS["vectors.schema.json"])


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema(name):
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.name)
def test_suite(path):
    suite = json.loads(path.read_text())
    assert not [error.message for error in VECTORS.iter_errors(suite)]
    suite["cases"][0]["input"]["another"] = 1
    assert not VECTORS.is_valid(suite)
