"""Child processes that speak JSON lines: commands in, answers and events out. They end with their standard input.

    in    {"id": 1, "do": "dial", "number": "+4930901820"}
    out   {"id": 1, "ok": ...}  or  {"id": 1, "error": "..."}
    out   {"event": "ringing", ...}            whatever happens meanwhile
"""
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

_writing = threading.Lock()


def tell(message):
    with _writing:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def serve(commands):
    """Runs commands, each in a thread of its own, until standard input ends or `quit` comes."""
    def run(line):
        message = {}
        try:
            message = json.loads(line)
            given = {k: v for k, v in message.items() if k not in ("id", "do")}
            tell({"id": message.get("id"), "ok": commands[message["do"]](**given)})
        except Exception as e:                                # the driver shall see every failure
            tell({"id": message.get("id"), "error": f"{type(e).__name__}: {e}"})

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: sys.exit(0))
    for line in sys.stdin:
        if '"quit"' in line and json.loads(line).get("do") == "quit":
            return
        if line.strip():
            threading.Thread(target=run, args=(line,), daemon=True).start()


@contextlib.contextmanager
def directory(given, name):
    """The directory that somebody asked for, or a temporary one."""
    with contextlib.ExitStack() as stack:
        path = Path(given or stack.enter_context(tempfile.TemporaryDirectory(prefix=name + "-"))).resolve()
        path.mkdir(parents=True, exist_ok=True)
        yield path


def child(command, when_we_die="KILL", **options):
    """Starts a program that the kernel signals when we die. Call it from the main thread: the kernel watches the thread."""
    return subprocess.Popen(["setpriv", "--pdeathsig", when_we_die, *map(str, command)], stdin=subprocess.DEVNULL, **options)


def end(process, seconds=10):
    """Asks a program to end, and makes it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Peer:
    """The other end: starts such a process and drives it."""

    def __init__(self, name, command, log):
        self.name, self.events, self._answers, self._next = name, [], {}, 0
        self._news = threading.Condition()
        self._log = open(log, "ab")
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *map(str, command)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self._log, start_new_session=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self._log.write(line)
            self._log.flush()
            message = json.loads(line)
            with self._news:
                if "event" in message:
                    self.events.append({"seen": time.time(), **message})
                else:
                    self._answers[message["id"]] = message
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def do(self, command, patience=30, **given):
        with self._news:
            self._next += 1
            number = self._next
        try:
            self.process.stdin.write((json.dumps({"id": number, "do": command, **given}) + "\n").encode())
            self.process.stdin.flush()
        except OSError:
            raise RuntimeError(f"{self.name} is gone") from None
        answer = self._wait(patience, lambda: self._answers.pop(number, None), f"{self.name} did not answer to {command}")
        if "error" in answer:
            raise RuntimeError(f"{self.name}, {command}: {answer['error']}")
        return answer["ok"]

    def event(self, name, seconds=15, since=0, **fields):
        """The first event of this name with these fields, number `since` or later, already here or yet to come."""
        wanted = {"event": name, **fields}
        return self._wait(seconds, lambda: next(
            (e for e in self.events[since:] if all(e.get(k) == v for k, v in wanted.items())), None),
            f"{self.name}: no event {json.dumps(wanted)} within {seconds} s")

    def _wait(self, seconds, found, complaint):
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                result = found()
                if result is not None:
                    return result
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(complaint)
                if self.process.poll() is not None:
                    raise RuntimeError(f"{self.name} ended with {self.process.returncode}")
                self._news.wait(min(left, 0.5))

    def end(self, seconds=10):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except OSError:
            pass
        self.process.wait()
