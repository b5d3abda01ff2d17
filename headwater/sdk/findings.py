"""The noun findings: what is wrong, and what people decide about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from headwater.capture.documents import encode
from headwater.model.answers import Answer, RecordReport
from headwater.model.entries import HUMAN_FINDING
from headwater.model.errors import UsageError
from headwater.model.findings import Action, Finding, FindingDecision, FindingList
from headwater.model.questions import FindingKind, FindingQuestion, FindingsQuestion, FindingState, Question


class Findings:
    """Findings of one Headwater. Deciding needs the right to write the dataset that a finding is about."""

    def __init__(self, ask: Callable[[Question], Answer[Any]], record: Callable[[Iterable[bytes]], RecordReport]) -> None:
        self._ask = ask
        self._record = record

    def list(
        self,
        *,
        kind: FindingKind | None = None,
        state: FindingState = "waiting",
        node: str | None = None,
        page: str | None = None,
        limit: int = 1000,
    ) -> Answer[FindingList]:
        """Findings, worst first; `waiting` are those that are open or re-opened."""
        return self._ask(FindingsQuestion(kind=kind, state=state, node=node, page=page, limit=limit))

    def show(self, finding: str) -> Answer[Finding]:
        """Everything about one finding, by its id or an unambiguous beginning of it."""
        return self._ask(FindingQuestion(finding=finding))

    def acknowledge(self, finding: str, reason: str) -> Answer[Finding]:
        """Say that somebody knows and why it may stay; the same cause showing again re-opens it."""
        return self._decide(finding, "acknowledge", reason)

    def resolve(self, finding: str, reason: str) -> Answer[Finding]:
        """Say that it was put right and how; the same cause showing again re-opens it."""
        return self._decide(finding, "resolve", reason)

    def _decide(self, finding: str, action: Action, reason: str) -> Answer[Finding]:
        """Record a decision, and give the finding as it stands then.

        Raises:  UnknownFinding; Forbidden: the key may not write the dataset; UsageError: no reason, or another fault of the text.
        """
        words = " ".join(reason.split())
        if not words:
            raise UsageError(f"cannot {action} finding `{finding}`: expected a reason, got none", next_step="say why with --reason")
        shown = self.show(finding).result
        decision = FindingDecision(
            headwater=HUMAN_FINDING,
            seen_at=datetime.now(UTC).isoformat(),
            finding=shown.id,
            dataset=shown.dataset,
            action=action,
            reason=words,
        )
        report = self._record([encode(decision)])
        if report.rejected:
            refused = report.rejected[0]
            raise UsageError(refused.reason, next_step=refused.next or "headwater finding list")
        return self._ask(FindingQuestion(finding=shown.id, min_position=report.position))
