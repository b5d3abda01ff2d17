"""Which function answers which question. The one table that the command line, HTTP and Python share."""

from __future__ import annotations

from typing import Any

from headwater.answers import arrivals, gaps, impact, lakes, lineage, search, show, sources, status
from headwater.answers.changes import question as changes
from headwater.answers.findings import questions as findings
from headwater.answers.labels import question as labels
from headwater.answers.leaks import expectations
from headwater.answers.leaks import question as leaks
from headwater.answers.life import evolution, freshness, timeline
from headwater.answers.reviews import classified, deciding, waiting
from headwater.answers.sight import Sight
from headwater.model.answers import Answer
from headwater.model.errors import UsageError
from headwater.model.questions import (
    BatchesQuestion,
    ChangesQuestion,
    ClassificationStateQuestion,
    DeliveriesQuestion,
    ExpectationsQuestion,
    FindingQuestion,
    FindingsQuestion,
    FreshnessQuestion,
    GapsQuestion,
    GroupsQuestion,
    HistoryQuestion,
    ImpactQuestion,
    LabelDecisionsQuestion,
    LabelReviewQuestion,
    LabelsQuestion,
    LakesQuestion,
    LakeStateQuestion,
    LeaksQuestion,
    LineageQuestion,
    MaskingQuestion,
    Question,
    RowsQuestion,
    SchemaQuestion,
    SearchQuestion,
    ShowQuestion,
    SourcesQuestion,
    StatusQuestion,
    TimelineQuestion,
)
from headwater.projections.views import Views

QUESTIONS: dict[str, type[Question]] = {
    question.name: question
    for question in (
        LineageQuestion,
        RowsQuestion,
        GroupsQuestion,
        ImpactQuestion,
        GapsQuestion,
        ChangesQuestion,
        FindingsQuestion,
        FindingQuestion,
        LeaksQuestion,
        ExpectationsQuestion,
        SourcesQuestion,
        BatchesQuestion,
        DeliveriesQuestion,
        LakesQuestion,
        HistoryQuestion,
        TimelineQuestion,
        FreshnessQuestion,
        SchemaQuestion,
        LakeStateQuestion,
        LabelsQuestion,
        LabelReviewQuestion,
        LabelDecisionsQuestion,
        MaskingQuestion,
        ClassificationStateQuestion,
        SearchQuestion,
        ShowQuestion,
        StatusQuestion,
    )
}


def answer(views: Views, question: Question, sight: Sight, ledger_size: int) -> Answer[Any]:
    """Answer any question from the views."""
    match question:
        case LineageQuestion():
            return lineage.ask(views, question, sight)
        case RowsQuestion() | GroupsQuestion():
            problem = "cannot read rows from views alone: expected the home whose lakes hold them"
            raise UsageError(problem, next_step="headwater lineage NODE --rows CONDITION --home DIR")
        case ImpactQuestion():
            return impact.ask(views, question, sight)
        case GapsQuestion():
            return gaps.ask(views, question, sight)
        case ChangesQuestion():
            return changes.ask(views, question, sight)
        case FindingsQuestion():
            return findings.ask_list(views, question, sight)
        case FindingQuestion():
            return findings.ask_one(views, question, sight)
        case LeaksQuestion():
            return leaks.ask(views, question, sight)
        case ExpectationsQuestion():
            return expectations.ask(views, question, sight)
        case SourcesQuestion():
            return sources.ask(views, question, sight)
        case BatchesQuestion():
            return arrivals.ask_batches(views, question, sight)
        case DeliveriesQuestion():
            return arrivals.ask_deliveries(views, question, sight)
        case LakesQuestion():
            return lakes.ask_list(views, question, sight)
        case HistoryQuestion():
            return lakes.ask_history(views, question, sight)
        case FreshnessQuestion():
            return freshness.ask(views, question, sight)
        case SchemaQuestion():
            return evolution.ask(views, question, sight)
        case TimelineQuestion():
            return timeline.ask(views, question, sight)
        case LakeStateQuestion():
            return lakes.ask_state(views, question, sight)
        case LabelsQuestion():
            return labels.ask(views, question, sight)
        case LabelReviewQuestion():
            return waiting.ask(views, question, sight)
        case LabelDecisionsQuestion():
            return deciding.ask(views, question, sight)
        case MaskingQuestion():
            return deciding.ask_masking(views, question, sight)
        case ClassificationStateQuestion():
            return classified.ask(views, question, sight)
        case SearchQuestion():
            return search.ask(views, question, sight)
        case ShowQuestion():
            return show.ask(views, question, sight)
        case StatusQuestion():
            return status.ask(views, question, sight, ledger_size)
    raise UsageError(f"cannot answer `{question.name}`: expected one of {', '.join(QUESTIONS)}", next_step="headwater --help")
