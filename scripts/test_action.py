"""The step of action.yml that installs spontan, run as GitHub runs it, with a server of this machine in place of GitHub.

    python3 -m unittest discover -s scripts
"""

import functools
import hashlib
import http.server
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import textwrap
import threading
import unittest
from pathlib import Path

ACTION = Path(__file__).parent.parent / "action.yml"
NAME = "spontan-1.2.3-x86_64-unknown-linux-musl"


def script():
    """The text of the step, without a parser of YAML: that would be a package to install."""
    step = ACTION.read_text().split("- name: Install spontan\n")[1]
    return textwrap.dedent(re.search(r"      run: \|\n((?: {8}.*\n|\n)+)", step)[1])


class Server(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@unittest.skipUnless(shutil.which("curl") and shutil.which("bash"), "needs curl and bash")
class Install(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        root = Path(directory.name)
        release = root / "served/owner/name/releases/download/v1.2.3"
        release.mkdir(parents=True)
        program = root / NAME / "spontan"
        program.parent.mkdir()
        program.write_text("#!/bin/sh\necho spontan 1.2.3\n")
        program.chmod(0o755)
        archive = release / f"{NAME}.tar.gz"
        with tarfile.open(archive, "w:gz") as file:
            file.add(root / NAME, NAME)
        self.digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Server, directory=root / "served"))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.temp = root / "temp"
        self.temp.mkdir()
        # In place of cargo, so that nothing is built.
        cargo = root / "bin/cargo"
        cargo.parent.mkdir()
        cargo.write_text('#!/bin/sh\necho cargo "$@"\n')
        cargo.chmod(0o755)
        self.path = f"{cargo.parent}{os.pathsep}{os.environ['PATH']}"
        self.program = self.temp / "spontan/bin/spontan"

    def install(self, version="", sha256="", repository="owner/name", arch="X64"):
        # As GitHub runs `shell: bash`.
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script()],
            env={
                "PATH": self.path,
                "ACTION": "/action",
                "REPOSITORY": repository,
                "VERSION": version,
                "SHA256": sha256,
                "RUNNER_TEMP": str(self.temp),
                "RUNNER_OS": "Linux",
                "RUNNER_ARCH": arch,
                "GITHUB_SERVER_URL": self.url,
                "no_proxy": "127.0.0.1",
            },
            cwd=self.temp,
            capture_output=True,
            text=True,
        )

    def fails(self, said, **inputs):
        ended = self.install(**inputs)
        self.assertEqual(ended.returncode, 1, ended)
        self.assertIn("::error::", ended.stdout)
        self.assertIn(said, ended.stdout)
        self.assertFalse(self.program.exists())

    def test_a_release_whose_digest_fits_is_installed(self):
        for version in ["1.2.3", "v1.2.3"]:
            ended = self.install(version, self.digest)
            self.assertEqual(ended.returncode, 0, ended)
            self.assertEqual(subprocess.run([self.program], capture_output=True, text=True).stdout, "spontan 1.2.3\n")
            self.program.unlink()

    def test_another_digest_is_refused(self):
        self.fails(f"is {self.digest}, not {'0' * 64}", version="1.2.3", sha256="0" * 64)

    def test_one_input_without_the_other_is_refused(self):
        self.fails("sha256 is not", version="1.2.3")
        self.fails("version is not", sha256=self.digest)

    def test_what_has_no_release_is_refused(self):
        self.fails("could not be downloaded", version="1.2.4", sha256=self.digest)
        self.fails("local path", version="1.2.3", sha256=self.digest, repository="")
        self.fails("Linux RISCV64", version="1.2.3", sha256=self.digest, arch="RISCV64")

    def test_without_either_it_is_built(self):
        ended = self.install()
        self.assertEqual(ended.returncode, 0, ended)
        self.assertEqual(ended.stdout, f"cargo install --locked --path /action --root {self.temp}/spontan\n")


if __name__ == "__main__":
    unittest.main()
