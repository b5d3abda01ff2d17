"""Documentation that runs: the blocks of a page, a shell to run them in, and what may differ between two runs.

A page is run from top to bottom in one directory and one shell.

* ```` ```console ````: lines that start with `$ ` are commands (`> ` continues one), the lines after a command are its output.
* ```` ```console server ````: one command that keeps running until the page ends; its output is awaited.
* ```` ```python ````: a program; a ```` ```text ```` block right after it is its output.

Times, durations, rates, sizes in bytes, ids, keys, hashes and ports are compared by kind, not by value.
An id, key or hash that a page shows twice must be printed twice, and one that a later command names is put in as it was printed.
`…` in the page stands for the rest of a line, and a line that is only `…` for any number of lines.
"""

from __future__ import annotations

import os
import queue
import re
import shlex
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from types import TracebackType

from tests.promises.tree import ROOT

FENCE = re.compile(r"^```(?P<info>[a-z]+(?: [a-z]+)?)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?P<command>\$ .*\n(?:> .*\n)*)(?P<output>(?:(?!\$ ).*\n)*)", re.MULTILINE)
ANY_LINES = "(?:.*\\n)*?"
DEFAULT_PORT = "8080"
PATIENCE_SECONDS = 90.0

KINDS = (
    (re.compile(r"\bhw_[A-Za-z0-9_-]{8,}"), "<key>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?"), "<time>"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d(\.\d+)?)?( ?UTC|Z)?"), "<time>"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\bkey_[A-Za-z0-9]+\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "<hash>"),
    (re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40,}={0,2}(?![A-Za-z0-9+/=])"), "<hash>"),
    (re.compile(r"(127\.0\.0\.1|localhost):\d+"), r"\1:<port>"),
    (re.compile(r"\b\d+(\.\d+)? ?(ms|s|seconds)\b"), "<duration>"),
    (re.compile(r"\b\d+(\.\d+)? ?[kMG]?B/s\b"), "<rate>"),
    (re.compile(r"\b[\d,.]+ entries/s\b"), "<rate>"),
    (re.compile(r"\b[\d,]+ bytes\b"), "<size>"),
)

NAMED = re.compile(r"hw_[0-9a-f]{12}_[A-Za-z0-9_-]{20,}|(?<![0-9a-f])[0-9a-f]{12,64}(?![0-9a-f])")
"""A key, an id or a hash in hexadecimal: what a reader may compare with another place of the page."""
KEY_ID = slice(3, 15)


@dataclass(frozen=True, slots=True)
class Step:
    """Something to run and what it should print; `kind` is `command`, `server` or `python`; `place` is where that stands in the page."""

    kind: str
    text: str
    expected: str
    place: tuple[int, int]


def steps(page: str) -> list[Step]:
    """What a page asks its reader to run, in order."""
    found: list[Step] = []
    fences = list(FENCE.finditer(page))
    for fence, following in zip_longest(fences, fences[1:]):
        if fence["info"].startswith("console"):
            kind = "server" if fence["info"].endswith("server") else "command"
            found += commands(kind, fence["body"], fence.start("body"))
        elif fence["info"] == "python":
            adjoins = following is not None and following["info"] == "text" and not page[fence.end() : following.start()].strip()
            place = following.span("body") if adjoins else (fence.end(), fence.end())
            found.append(Step("python", fence["body"], page[slice(*place)], place))
    return found


def commands(kind: str, block: str, start: int) -> list[Step]:
    """The commands of a console block that begins at `start`, each with the output shown below it."""
    found: list[Step] = []
    for match in COMMAND.finditer(block):
        text = "\n".join(line[2:] for line in match["command"].splitlines())
        place = (start + match.start("output"), start + match.end("output"))
        found.append(Step(kind, text, match["output"], place))
    return found


def rewritten(page: str, printed: list[tuple[Step, str]], names: Names | None = None) -> str:
    """A page with outputs put in place of those it shows, and its commands naming what these do."""
    for step, output in reversed(printed):
        text = "\n".join(line.rstrip() for line in output.strip("\n").splitlines())
        page = page[: step.place[0]] + (f"{text}\n" if text else "") + page[step.place[1] :]
    return names.put_in(page) if names is not None else page


def by_kind(text: str) -> str:
    """A text with everything that differs between two runs replaced by its kind, and white space evened out."""
    for pattern, kind in KINDS:
        text = pattern.sub(kind, text)
    lines = [re.sub(r"[─━]{3,}", "───", re.sub(r"(?<=\S) {2,}", "  ", line.rstrip())) for line in text.splitlines()]
    return "\n".join(lines).strip("\n")


def matches(expected: str, printed: str) -> bool:
    """Whether a page's output is what was printed."""
    lines = by_kind(expected).split("\n")
    pattern = "".join(ANY_LINES if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n" for line in lines)
    return re.fullmatch(pattern, by_kind(printed) + "\n") is not None


class Names:
    """Which id, key or hash of this run stands for which one of the page."""

    def __init__(self) -> None:
        self.printed: dict[str, str] = {}
        self.shown: dict[str, str] = {}
        self.confused: list[str] = []

    def learn(self, expected: str, output: str) -> None:
        """Pair what an output names with what the page shows there; a pair that contradicts an earlier one is kept as confused."""
        if "…" in expected:
            return
        for shown, printed in zip(_named(expected), _named(output), strict=False):
            if self.printed.setdefault(shown, printed) != printed or self.shown.setdefault(printed, shown) != shown:
                self.confused.append(shown)

    def put_in(self, text: str) -> str:
        """A text of the page with what this run printed."""
        return NAMED.sub(lambda found: self.printed.get(found[0], found[0]), text)


def _named(text: str) -> Iterator[str]:
    """What a text names, in order; a key names its id as well."""
    for name in NAMED.findall(text):
        yield name
        if name.startswith("hw_"):
            yield name[KEY_ID]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Shell:
    """A bash that lives as long as a page, in a directory of its own, with `headwater` on its path."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = str(free_port())
        self.servers: list[subprocess.Popen[str]] = []
        self.lines: queue.Queue[str] = queue.Queue()
        self.names = Names()
        self.bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=directory,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=_pump, args=(self.bash, self.lines), daemon=True).start()

    def __enter__(self) -> Shell:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for process in [*self.servers, self.bash]:
            process.terminate()
        for process in [*self.servers, self.bash]:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def perform(self, step: Step) -> str:
        """Run one step and give what it printed; for a server, what it printed until its page's output was complete."""
        printed = self._perform(step).replace(f":{self.port}", f":{DEFAULT_PORT}")
        self.names.learn(step.expected, printed)
        return printed

    def _perform(self, step: Step) -> str:
        text = self.names.put_in(step.text).replace(f":{DEFAULT_PORT}", f":{self.port}")
        if step.kind == "server":
            return self._serve(step)
        if step.kind == "command":
            return self._run(text)
        (self.directory / "example.py").write_text(text, encoding="utf-8")
        return self._run(f"{shlex.quote(sys.executable)} example.py")

    def _run(self, command: str) -> str:
        assert self.bash.stdin is not None
        mark = f"--{time.monotonic_ns()}--"
        self.bash.stdin.write(f"{command}\nprevious=$?; printf '%s\\n' '{mark}'; (exit $previous)\n")
        self.bash.stdin.flush()
        printed: list[str] = []
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            line = self._next_line(self.lines)
            if line.rstrip("\n").endswith(mark):
                return "".join([*printed, line.rstrip("\n").removesuffix(mark)])
            printed.append(line)
        raise AssertionError(f"`{command}` did not end within {PATIENCE_SECONDS:.0f} seconds; it printed:\n{''.join(printed)}")

    def _serve(self, step: Step) -> str:
        lines: queue.Queue[str] = queue.Queue()
        server = subprocess.Popen(
            ["bash", "-c", f"exec {step.text}"],
            cwd=self.directory,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.servers.append(server)
        threading.Thread(target=_pump, args=(server, lines), daemon=True).start()
        printed = ""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and not (step.expected and matches(step.expected, printed)):
            line = self._next_line(lines)
            if not (line or step.expected) and printed:
                break  # the page does not say yet what comes: take what came at once
            printed += line
        return printed

    @staticmethod
    def _next_line(lines: queue.Queue[str]) -> str:
        try:
            return lines.get(timeout=0.5)
        except queue.Empty:
            return ""

    def _environment(self) -> dict[str, str]:
        beside_python = str(Path(sys.executable).parent)
        return {
            "PATH": f"{beside_python}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.directory),
            "LANG": "C.UTF-8",
            "COLUMNS": "100",
            "NO_COLOR": "1",
            "HEADWATER_PORT": self.port,
        }


def _pump(process: subprocess.Popen[str], lines: queue.Queue[str]) -> None:
    """Hand on what a process prints, line by line."""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            lines.put(line)
    except ValueError:
        pass  # the pipe was closed at the end of the page
