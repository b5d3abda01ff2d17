"""The nouns labels and masking: what people decide about the sensitivity of columns, and about functions that hide values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from headwater.capture.documents import encode
from headwater.capture.sensitivity.checks import LEVELS
from headwater.capture.sensitivity.translate import function_name
from headwater.model.answers import Answer, RecordReport
from headwater.model.entries import DATASET_GROUPED, HUMAN_LABEL, HUMAN_MASKING
from headwater.model.errors import UsageError
from headwater.model.lakes import Document
from headwater.model.questions import (
    ClassificationStateQuestion,
    GroupsQuestion,
    LabelDecisionsQuestion,
    LabelReviewQuestion,
    LabelsQuestion,
    MaskingQuestion,
    Question,
)
from headwater.model.row_answers import GroupSizes
from headwater.model.sensitivity.documents import LabelAction, LabelDecision, LevelWord, MaskingApproval, MeasuredGroups
from headwater.model.sensitivity.info_types import INFO_TYPES, unknown_type
from headwater.model.sensitivity.reviews import ClassificationState, LabelDecisions, LabelReview, MaskingList, MaskingView
from headwater.model.sensitivity.shown import LabelList
from headwater.model.times import parse_instant

Ask = Callable[[Question], Answer[Any]]
Record = Callable[[Iterable[bytes]], RecordReport]
Until = str | datetime | timedelta | None
"""When a decision ends: a moment (RFC 3339), so long from now (`30d`, `12h`), or None for never."""
_DURATION = re.compile(r"(\d{1,6})\s*([mhdw])")
_APPROVABLE = ("none", "aggregate", "quasi", "pseudonymous")
"""What a masking function may let pass: everything, `direct`, passes where nobody approved it."""
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Labels:
    """Labels of one Headwater's columns. Deciding needs the right to write the dataset; `reason` is kept and shown."""

    def __init__(self, ask: Ask, record: Record) -> None:
        self._ask, self._record = ask, record

    def show(
        self,
        node: str | None = None,
        *,
        namespace: str | None = None,
        info_type: str | None = None,
        direct: bool = False,
        as_of: str | datetime | None = None,
        known_at: int | None = None,
        page: str | None = None,
        limit: int = 1000,
    ) -> Answer[LabelList]:
        """Which columns hold what, how sure that is, and by which way it came: of a column, a dataset, or all; `namespace` is a glob."""
        at = as_of.isoformat() if isinstance(as_of, datetime) else as_of
        return self._ask(
            LabelsQuestion(
                node=node, namespace=namespace, info_type=info_type, direct=direct, as_of=at, known_at=known_at, page=page, limit=limit
            )
        )

    def review(
        self, *, info_type: str | None = None, node: str | None = None, page: str | None = None, limit: int = 1000
    ) -> Answer[LabelReview]:
        """What waits for a person, the suspected first and the surest of them first, and how often people agreed with what was found."""
        return self._ask(LabelReviewQuestion(info_type=info_type, node=node, page=page, limit=limit))

    def groups(self, node: str, *, person: str = "") -> Answer[GroupSizes]:
        """How small the groups of the aggregations are that made a dataset's version, by running their statements again.

        `person` names a column of what the statements read that tells persons apart; without one a group is as large as its rows.

        Raises:  UnknownNode, AmbiguousNode; UsageError: no scan has seen the dataset; Forbidden; VersionGone, LakeUnreachable.
        Cost:    Reads the versions behind it and runs the statements.
        """
        return self._ask(GroupsQuestion(node=node, person=person))

    def measure(self, node: str, *, person: str = "") -> Answer[GroupSizes]:
        """Count groups as `groups` does, and record the smallest of each aggregation.

        Only what is recorded lets a total or a count pass as `aggregate`, on this version and by these derivations.
        """
        answer = self.groups(node, person=person)
        told = answer.result
        for size in told.sizes:
            document = MeasuredGroups(
                headwater=DATASET_GROUPED,
                seen_at=_now().isoformat(),
                dataset=told.dataset,
                fingerprint=size.fingerprint,
                smallest=size.smallest,
                groups=size.groups,
                version=told.version,
                person=told.person,
            )
            _recorded(self._record, document, "headwater label measure --help")
        return answer

    def decisions(self, node: str) -> Answer[LabelDecisions]:
        """What was decided of a column, newest first, and the derivations that lead into it now."""
        return self._ask(LabelDecisionsQuestion(node=node))

    def classified(
        self, namespace: str, classifier: str, node: str | None = None, *, page: str | None = None, limit: int = 10_000
    ) -> Answer[ClassificationState]:
        """How far a namespace has been classified; what a classifier goes on from."""
        return self._ask(ClassificationStateQuestion(namespace=namespace, classifier=classifier, node=node, page=page, limit=limit))

    def set(self, node: str, info_type: str, level: LevelWord, reason: str) -> Answer[LabelDecisions]:
        """Say that a column holds information of a type, at a level."""
        return self._decide(node, info_type, "set", reason, level=level)

    def confirm(self, node: str, info_type: str, reason: str) -> Answer[LabelDecisions]:
        """Say that a column does hold what was found or suspected in it, or came by lineage; `set` says what nobody found.

        Raises:  UsageError: nothing of the type was found there.
        """
        return self._decide(node, info_type, "confirm", reason)

    def reject(self, node: str, info_type: str, reason: str) -> Answer[LabelDecisions]:
        """Say that a column does not hold what its values or name suggest; what arrives by lineage stays."""
        return self._decide(node, info_type, "reject", reason)

    def withdraw(self, node: str, info_type: str, reason: str) -> Answer[LabelDecisions]:
        """Undo everything that was decided of a column and a type.

        Raises:  UsageError: nothing is decided of them.
        """
        return self._decide(node, info_type, "withdraw", reason)

    def lower(self, node: str, info_type: str, level: LevelWord, reason: str, *, expires: Until = None) -> Answer[LabelDecisions]:
        """Say that at most a level of a type arrives at a column by the derivations that lead into it now.

        It is bound to these derivations; what comes by another, or by a changed statement, passes as if nothing had been lowered.

        Raises:  UsageError: nothing of the type comes into the column by lineage, or the end lies in the past.
        """
        return self._decide(node, info_type, "lower", reason, level=level, expires=expires)

    def _decide(
        self, node: str, info_type: str, action: LabelAction, reason: str, *, level: LevelWord | None = None, expires: Until = None
    ) -> Answer[LabelDecisions]:
        """Record a decision, and give what then stands.

        Raises:  UnknownNode, AmbiguousNode; UsageError: the type, the level, the reason or the end does not fit; Forbidden.
        """
        known = _known_type(info_type)
        if level is not None:
            _check_level(level, LEVELS[action], f"{action} a label to", f"headwater label {action} --help")
        words = _reason(reason, f"{action} a label")
        column = self.decisions(node).result
        fingerprints = tuple(dict.fromkeys(each.fingerprint for each in column.derivations if each.lowers)) if action == "lower" else ()
        _refuse_baseless(column, known, action, is_carried=bool(fingerprints))
        document = LabelDecision(
            headwater=HUMAN_LABEL,
            seen_at=_now().isoformat(),
            dataset=column.dataset,
            column=column.column,
            info_type=known,
            action=action,
            reason=words,
            level=level,
            fingerprints=fingerprints,
            expires=_end(expires),
        )
        position = _recorded(self._record, document, "headwater label --help")
        return self._ask(LabelDecisionsQuestion(node=column.node, min_position=position))


class Masking:
    """Masking functions of one Headwater's jobs. Approving needs the right to write every namespace that it is for."""

    def __init__(self, ask: Ask, record: Record) -> None:
        self._ask, self._record = ask, record

    def list(self, *, page: str | None = None, limit: int = 1000) -> Answer[MaskingList]:
        """The approvals in force, by function and namespace."""
        return self._ask(MaskingQuestion(page=page, limit=limit))

    def approve(
        self, function: str, level: LevelWord, reason: str, *, namespaces: Sequence[str] = ("*",), expires: Until = None
    ) -> Answer[MaskingList]:
        """Say that at most a level passes through a function: `pseudonymous` for a keyed one, `none` for one that leaves nothing.

        `namespaces` are those of the jobs that use it, or globs of them.
        """
        hint = f"headwater mask withdraw {function} --reason TEXT" if level == "direct" else "headwater mask approve --help"
        _check_level(level, _APPROVABLE, f"approve `{function}` for", hint)
        return self._say(function, level, reason, namespaces, expires)

    def withdraw(self, function: str, reason: str, *, namespaces: Sequence[str] = ()) -> Answer[MaskingList]:
        """Take an approval back: for all namespaces that it is in force for, or for some of them.

        Raises:  UsageError: there is no such approval.
        """
        held = {each.namespace for each in self._approvals() if each.function == function_name(function)}
        chosen = [namespace for namespace in (namespaces or sorted(held)) if namespace in held]
        if not chosen:
            problem = f"cannot withdraw the approval of `{function}`: expected one in force for these namespaces, got none"
            raise UsageError(problem, next_step="headwater mask list")
        return self._say(function, "direct", reason, chosen, None)

    def _approvals(self) -> Iterator[MaskingView]:
        page: str | None = None
        while True:
            answer = self.list(page=page)
            yield from answer.result.approvals
            page = answer.next_page
            if page is None:
                return

    def _say(self, function: str, level: LevelWord, reason: str, namespaces: Sequence[str], expires: Until) -> Answer[MaskingList]:
        document = MaskingApproval(
            headwater=HUMAN_MASKING,
            seen_at=_now().isoformat(),
            function=function,
            level=level,
            reason=_reason(reason, f"decide about `{function}`"),
            namespaces=tuple(namespaces),
            expires=_end(expires),
        )
        return self._ask(MaskingQuestion(min_position=_recorded(self._record, document, "headwater mask --help")))


def _recorded(record: Record, document: Document, help_command: str) -> int | None:
    report = record([encode(document)])
    if report.rejected:
        refused = report.rejected[0]
        raise UsageError(refused.reason, next_step=refused.next if refused.code != "EVENT-INVALID" else help_command)
    return report.position


def _refuse_baseless(column: LabelDecisions, info_type: str, action: LabelAction, *, is_carried: bool) -> None:
    """Refuse to confirm what nothing says, to lower what does not arrive, and to withdraw what nobody decided.

    Raises:  UsageError.
    """
    decided = column.decisions.get(info_type, ())
    is_lowered = any(each.action == "lower" and each.holds for each in decided)
    if action == "lower" and not is_carried:
        problem = f"cannot lower a label of `{column.node}`: expected derivations that carry values into it, got none"
        raise UsageError(problem, next_step=f"headwater label reject {column.node} --type {info_type} --reason TEXT")
    if action == "lower" and not is_lowered and info_type not in column.arriving:
        problem = f"cannot lower {info_type} in `{column.node}`: expected some of it to arrive by lineage, got none or an influence alone"
        raise UsageError(problem, next_step=f"headwater label show {column.node}")
    if action == "confirm" and info_type not in column.found:
        problem = (
            f"cannot confirm {info_type} in `{column.node}`: expected it to be found, suspected or brought by lineage, got none of these"
        )
        raise UsageError(problem, next_step=f"headwater label set {column.node} --type {info_type} --level LEVEL --reason TEXT")
    if action == "withdraw" and (not decided or decided[0].action == "withdraw"):
        problem = f"cannot withdraw what was decided of {info_type} in `{column.node}`: expected a decision in force, got none"
        raise UsageError(problem, next_step=f"headwater label show {column.node}")


def _known_type(info_type: str) -> str:
    known = info_type.upper().replace("-", "_")
    if known not in INFO_TYPES:
        raise unknown_type(f"cannot decide on `{info_type[:60]}`", info_type)
    return known


def _check_level(level: str, fitting: Sequence[str], what: str, next_step: str) -> None:
    """Refuse a level before anything is recorded.

    Raises:  UsageError: it is none, or what is decided takes others only.
    """
    if level not in fitting:
        choices = ", ".join(f"`{each}`" for each in fitting)
        raise UsageError(f"cannot {what} level `{str(level)[:60]}`: expected one of {choices}", next_step=next_step)


def _reason(reason: str, what: str) -> str:
    words = " ".join(reason.split())
    if not words:
        raise UsageError(f"cannot {what}: expected a reason, got none", next_step="say why with --reason")
    return words


def _end(expires: Until) -> str:
    """When a decision ends, as it is recorded.

    Raises:  UsageError: it is no time, or has passed.
    """
    if expires is None:
        return ""
    now = _now()
    if isinstance(expires, timedelta):
        moment = now + expires
    elif isinstance(expires, datetime):
        moment = expires if expires.tzinfo is not None else expires.replace(tzinfo=UTC)
    else:
        moment = _read(expires)
    if moment <= now:
        raise UsageError("cannot decide until then: expected an end in the future, got one that has passed", next_step="choose a later one")
    return moment.isoformat()


def _read(text: str) -> datetime:
    duration = _DURATION.fullmatch(text.strip())
    try:
        if duration is not None:
            return _now() + timedelta(**{_UNITS[duration[2]]: int(duration[1])})
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=parse_instant(text))
    except (ValueError, OverflowError):
        problem = "cannot decide until then: expected a time such as 2027-01-31, or a duration such as 30d or 12h, got neither"
        raise UsageError(problem, next_step="headwater label lower --help") from None


def _now() -> datetime:
    return datetime.now(UTC)
