"""What the answer to each question holds, by the question's name."""

from __future__ import annotations

from typing import Any

from headwater.model.answers import Answer, ChangeList, GapList, Impact, Lineage, NodeDetail, SearchHits, Status
from headwater.model.findings import Finding, FindingList
from headwater.model.lake_answers import BatchList, DatasetHistory, DeliveryList, LakeList, LakeState, SourceList
from headwater.model.life_answers import DatasetTimeline, FreshnessList, SchemaHistory
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
    RowsQuestion,
    SchemaQuestion,
    SearchQuestion,
    ShowQuestion,
    SourcesQuestion,
    StatusQuestion,
    TimelineQuestion,
)
from headwater.model.row_answers import GroupSizes, RowOrigins
from headwater.model.sensitivity.leaks import ExpectationList, LeakList
from headwater.model.sensitivity.reviews import ClassificationState, LabelDecisions, LabelReview, MaskingList
from headwater.model.sensitivity.shown import LabelList

RESULTS: dict[str, Any] = {
    LineageQuestion.name: Answer[Lineage],
    RowsQuestion.name: Answer[RowOrigins],
    GroupsQuestion.name: Answer[GroupSizes],
    ImpactQuestion.name: Answer[Impact],
    GapsQuestion.name: Answer[GapList],
    ChangesQuestion.name: Answer[ChangeList],
    FindingsQuestion.name: Answer[FindingList],
    FindingQuestion.name: Answer[Finding],
    LeaksQuestion.name: Answer[LeakList],
    ExpectationsQuestion.name: Answer[ExpectationList],
    SourcesQuestion.name: Answer[SourceList],
    BatchesQuestion.name: Answer[BatchList],
    DeliveriesQuestion.name: Answer[DeliveryList],
    LakesQuestion.name: Answer[LakeList],
    HistoryQuestion.name: Answer[DatasetHistory],
    FreshnessQuestion.name: Answer[FreshnessList],
    SchemaQuestion.name: Answer[SchemaHistory],
    TimelineQuestion.name: Answer[DatasetTimeline],
    LakeStateQuestion.name: Answer[LakeState],
    LabelsQuestion.name: Answer[LabelList],
    LabelReviewQuestion.name: Answer[LabelReview],
    LabelDecisionsQuestion.name: Answer[LabelDecisions],
    MaskingQuestion.name: Answer[MaskingList],
    ClassificationStateQuestion.name: Answer[ClassificationState],
    SearchQuestion.name: Answer[SearchHits],
    ShowQuestion.name: Answer[NodeDetail],
    StatusQuestion.name: Answer[Status],
}
