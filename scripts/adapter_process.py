"""One adapter's process, asked over stdin and stdout as docs/protocol.md says: the handshake, then one case at a time.

For scripts that need answers and no verdicts on them; `spontan check` is what judges an adapter. POSIX only: an
adapter is ended with its process group.
"""

import collections
import json
import os
import queue
import shlex
import signal
import subprocess
import threading

ABOUT = ("name", "version", "language")  # What a hello says of the implementation.


class Adapter:
    """One adapter's process, asked one question at a time. It is started anew after a death or a silence."""

    def __init__(self, name, command, timeout):
        self.name, self.command, self.timeout = name, shlex.split(command), timeout
        self.process, self.seq = None, 0
        self.hello = self.start()

    def start(self):
        """Starts the process and shakes hands. Raises OSError (it cannot be run) or ValueError (no hello)."""
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        self.lines, self.said = queue.Queue(), collections.deque(maxlen=5)
        self.readers = [  # Of stdout and stderr. A full pipe that nobody reads would stop the adapter.
            threading.Thread(target=self.read, args=(self.process.stdout, self.lines), daemon=True),
            threading.Thread(target=self.drain, args=(self.process.stderr, self.said), daemon=True),
        ]
        for reader in self.readers:
            reader.start()
        try:
            hello = self.exchange({"type": "hello", "protocol": 1, "runner": "spontan cross"}, 30)
            about = hello.get("implementation")
            named = isinstance(about, dict) and all(isinstance(about.get(key), str) for key in ABOUT)
            if hello.get("type") != "hello" or hello.get("protocol") != 1 or not named:
                raise ValueError(f"its first line is no hello of protocol 1: {str(hello)[:200]}")
        except ValueError:
            self.stop()
            raise
        return hello

    @staticmethod
    def read(stream, lines):
        for line in stream:
            lines.put(line)
        lines.put(None)

    @staticmethod
    def drain(stream, said):
        for line in stream:
            said.append(line.decode(errors="replace").rstrip())

    def exchange(self, message, timeout):
        """One line out, one line in. Raises ValueError with a sentence for people."""
        try:
            self.process.stdin.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
            self.process.stdin.flush()
            line = self.lines.get(timeout=timeout)
        except OSError:
            line = None
        except queue.Empty:
            raise ValueError(f"no answer in {timeout:g} seconds") from None
        if line is None:
            self.readers[1].join(timeout=1)
            raise ValueError("it died; the last of its stderr: " + (" | ".join(self.said) or "nothing"))
        try:
            answer = json.loads(line)
        except ValueError:
            raise ValueError(f"a line that is no JSON: {line[:200]!r}") from None
        if not isinstance(answer, dict):
            raise ValueError(f"a line that is no JSON object: {line[:200]!r}")
        return answer

    def ask(self, operation, given):
        """The answer to one case; what goes wrong with the process becomes an `error` answer."""
        self.seq += 1
        try:
            if self.process is None:
                self.start()
            message = {"type": "case", "seq": self.seq, "operation": operation, "input": given}
            answer = self.exchange(message, self.timeout)
            if answer.get("seq") != self.seq:
                raise ValueError(f"an answer to case {answer.get('seq')} in place of {self.seq}")
            return answer
        except (OSError, ValueError) as error:
            self.stop()
            return {"error": str(error)}

    def offers(self, operation, profile=None):
        profiles = self.hello.get("profiles", ["bolt4"])
        return operation in self.hello.get("operations", []) and (profile is None or profile in profiles)

    def omits(self, field):
        return field in self.hello.get("omits", [])

    def finish(self):
        """Closes its stdin, which ends an adapter, and gives it time to clean up."""
        if self.process is not None:
            try:
                self.process.stdin.close()
                self.process.wait(timeout=5)
            except (OSError, subprocess.TimeoutExpired):
                pass
            self.stop()

    def stop(self):
        """Ends the process group: an adapter may have started a node."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        for reader in self.readers:
            reader.join(timeout=1)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()
            except OSError:
                pass
        self.process = None
