"""Texts nobody would write, made from a seed, and a process of its own that reads them: a crash is a finding there, not the end."""

from __future__ import annotations

import json
import random
import resource
import select
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from headwater.capture.sql import analyse
from headwater.capture.sql.adapter import grammar_of
from headwater.capture.sql.analysis import NoSchemas
from headwater.model.lineage import Statement

DIALECTS = (
    "",
    *("athena", "bigquery", "clickhouse", "databricks", "duckdb", "hive", "mysql", "oracle"),
    *("postgres", "redshift", "snowflake", "spark", "teradata", "trino", "tsql"),
)
SECONDS, SECONDS_PER_CHARACTER, MEGABYTES = 2.0, 10e-6, 300
"""Processor time is a floor and grows with the text: what takes longer has looked at some of it many times over."""


def _listed(text: str, between: str | None = None) -> list[str]:
    return text.split(between)


_PATIENCE_SECONDS = 15
_ADDRESS_SPACE_BYTES = 1_500_000_000
_BEGINNINGS = _listed(
    "| select | select a from | select a from t | select a from t where | create table t as | create table t | insert into t | with c as "
    "| update t set | merge into t using u on | select f( | select cast(a as | alter table t | select a over | delete from t "
    "| create function f() | select * | select a from t order by | select a from t group by | explain | declare x",
    "|",
)
_COMMON = _listed(
    "select from where join left right full outer inner cross natural on using lateral unnest pivot unpivot values with recursive union "
    "all except intersect over partition by order group having qualify window limit offset fetch insert into update set delete merge "
    "when matched then copy returning case else end not exists any some in is between like create table view as replace temporary if "
    "drop alter add column cast interval date array map struct distinct for to escape at zone explode apply tablesample "
    "match_recognize begin declare call execute show describe explain use grant truncate"
)
_MARKS = _listed("( ) , . ; * [ ] { } @ : :: -> => ? $1 %s = < > + - / || & ! ~ ^ #")
_VALUES = _listed("a b t u 1 0 1.5 'x' \"q\" NULL x.y t.a f(a) count(*) (a) [0] (1,2) `q`")
_TIMES = (16, 30, 100, 1_000, 4_000, 16_000)


def texts(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Dialects and texts: a few words many times over, mirrored nesting, two snippets at random, and words at random."""
    chance = random.Random(seed)
    for _ in range(count):
        dialect = chance.choice(DIALECTS)
        yield dialect, chance.choice(_BEGINNINGS) + _body(chance, _keywords(dialect))


def _keywords(dialect: str) -> list[str]:
    grammar = grammar_of(dialect)
    assert grammar is not None
    return sorted(word.lower() for word in grammar.dialect.tokenizer_class.KEYWORDS if not word.startswith(("/*", "{", "--")))


def _body(chance: random.Random, keywords: list[str]) -> str:
    kind = chance.random()
    if kind < 0.5:
        return _words(chance, keywords, 5) * chance.choice(_TIMES) + chance.choice(["", "", "a", "from t", ") " * 5])
    if kind < 0.65:
        times = chance.choice((16, 30, 100, 190, 1_000, 4_000))
        return _words(chance, keywords, 4) * times + chance.choice(["a ", "", "select a from t "]) + _words(chance, keywords, 3) * times
    if kind < 0.75:
        snippets = [_words(chance, keywords, 3) for _ in range(2)]
        return "".join(chance.choice(snippets) for _ in range(chance.choice((30, 60, 200, 2_000))))
    return _words(chance, keywords, 40)


def _words(chance: random.Random, keywords: list[str], most: int) -> str:
    kinds = chance.choices((_COMMON, keywords, _MARKS, _VALUES), (35, 20, 20, 25), k=chance.randint(1, most))
    return "".join(f"{chance.choice(words)} " for words in kinds)


@dataclass(frozen=True, slots=True)
class Finding:
    """What went wrong with a text."""

    what: str
    dialect: str
    text: str

    def __str__(self) -> str:
        return f"{self.what}: {self.dialect or 'ansi'}, {len(self.text)} characters: {self.text[:200]}"


class Reader:
    """A process that reads texts and dies in our stead."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._start()

    def _start(self) -> None:
        self._memory_bytes = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.laws.hostile"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def finding(self, dialect: str, text: str) -> Finding | None:
        """What is wrong with how a text is read: a crash, a fault, a status without reasons, too much time or memory."""
        what = self._wrong(dialect, text)
        if what:
            self.close()
            self._start()
        return Finding(what, dialect, text) if what else None

    def _wrong(self, dialect: str, text: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps([dialect, text]) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return "died before"
        if not select.select([self._process.stdout], [], [], max(_PATIENCE_SECONDS, 8 * self._seconds))[0]:
            return "never ends"
        answer = self._process.stdout.readline()
        if not answer:
            return f"crashed with {self._process.wait()}"
        status, codes, placed, seconds, memory = json.loads(answer)
        grown, self._memory_bytes = memory - (self._memory_bytes or memory), memory
        if "analyser-fault" in codes or (status == "complete") != (not codes):
            return f"{status} with {', '.join(codes)}"
        if not placed:
            return f"no place for {', '.join(codes)}"
        if seconds > self._seconds + SECONDS_PER_CHARACTER * len(text):
            return f"{seconds:.1f} seconds"
        return f"{grown >> 20} MB" if grown > MEGABYTES << 20 else ""


def _serve() -> None:
    """Answer each line with status, codes, whether all failures have a place, processor time and the peak of memory."""
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE_BYTES, _ADDRESS_SPACE_BYTES))
    for line in sys.stdin:
        dialect, text = json.loads(line)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        lineage = analyse(Statement(text, dialect), NoSchemas())
        used = resource.getrusage(resource.RUSAGE_SELF)
        placed = lineage.status != "failed" or all(reason.line is not None for reason in lineage.reasons)
        codes = [reason.code for reason in lineage.reasons]
        print(json.dumps([lineage.status, codes, placed, used.ru_utime - before, used.ru_maxrss * 1024]), flush=True)


if __name__ == "__main__":
    _serve()
