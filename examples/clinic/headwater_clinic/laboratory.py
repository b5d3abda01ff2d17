"""The laboratory supplier: real measurements from scikit-learn, delivered in batches.

Source: the diabetes data of Efron, Hastie, Johnstone and Tibshirani (2004), in its original units, and the Wisconsin diagnostic
breast-cancer data of Wolberg, Street and Mangasarian (1995). Which of the two sex codes of the diabetes data means female is not
documented; code 2 is taken as F here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sklearn.datasets import load_breast_cancer, load_diabetes

from headwater_clinic.cohort import SEED, Patient, Profile

METABOLIC = "metabolic-panel"
CYTOLOGY = "cytology"
METABOLIC_COLUMNS = ("batch_id", "sample_id", "record_no", "bmi", "total_cholesterol", "ldl", "hdl", "ltg", "glucose", "progression")
CYTOLOGY_COLUMNS = ("batch_id", "sample_id", "record_no", "mean_radius", "mean_texture", "mean_concavity", "worst_area", "diagnosis")
SWITCHED_BATCH = "metabolic-panel-05"
"""Incident 2: from this one delivery the manifest still says mg/dL while the values are mmol/L."""

_MGDL_PER_MMOLL = {"total_cholesterol": 38.67, "ldl": 38.67, "hdl": 38.67, "glucose": 18.016}
_OVERLAP = 150
_BATCHES = {METABOLIC: 6, CYTOLOGY: 4}

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Delivery:
    """One batch of one product; `units` is what the manifest claims, not what is in the rows."""

    product: str
    batch_id: str
    columns: tuple[str, ...]
    units: dict[str, str]
    rows: tuple[tuple[Value, ...], ...]


def profiles(seed: int = SEED) -> list[Profile]:
    """One profile per person measured; some women have both a metabolic panel and a cytology result."""
    dice = Random(seed)
    panel = load_diabetes(scaled=False).data
    cytology = list(range(len(load_breast_cancer().data)))
    dice.shuffle(cytology)
    women = [row for row in range(len(panel)) if panel[row][1] == 2]
    both = dict(zip(women[:_OVERLAP], cytology, strict=False))
    people = [
        Profile(row, both.get(row), int(panel[row][0]), "F" if panel[row][1] == 2 else "M", float(panel[row][3]))
        for row in range(len(panel))
    ]
    people += [Profile(None, row, dice.randrange(28, 82), "F", dice.uniform(78, 112)) for row in cytology[len(both) :]]
    dice.shuffle(people)
    return people


def deliveries(patients: Sequence[Patient]) -> list[Delivery]:
    """Every batch the supplier ever sent, in order of delivery."""
    return [
        *_batched(METABOLIC, METABOLIC_COLUMNS, dict.fromkeys(_MGDL_PER_MMOLL, "mg/dL"), _metabolic_rows(patients)),
        *_batched(CYTOLOGY, CYTOLOGY_COLUMNS, {"mean_radius": "um", "worst_area": "um2"}, _cytology_rows(patients)),
    ]


def _metabolic_rows(patients: Sequence[Patient]) -> list[tuple[Value, ...]]:
    bunch = load_diabetes(scaled=False)
    rows: list[tuple[Value, ...]] = []
    for patient in patients:
        row = patient.profile.metabolic_row
        if row is not None:
            _, _, bmi, _, total, ldl, hdl, _, ltg, glucose = (float(value) for value in bunch.data[row])
            rows.append((f"M{row:04d}", patient.mrn, bmi, total, ldl, hdl, ltg, glucose, int(bunch.target[row])))
    return rows


def _cytology_rows(patients: Sequence[Patient]) -> list[tuple[Value, ...]]:
    bunch = load_breast_cancer()
    at = {str(name): index for index, name in enumerate(bunch.feature_names)}
    wanted = [at["mean radius"], at["mean texture"], at["mean concavity"], at["worst area"]]
    rows: list[tuple[Value, ...]] = []
    for patient in patients:
        row = patient.profile.cytology_row
        if row is not None:
            values = [round(float(bunch.data[row][index]), 5) for index in wanted]
            rows.append((f"C{row:04d}", patient.mrn, *values, str(bunch.target_names[bunch.target[row]])))
    return rows


def _batched(product: str, columns: tuple[str, ...], units: dict[str, str], rows: list[tuple[Value, ...]]) -> list[Delivery]:
    count = _BATCHES[product]
    made = []
    for number in range(count):
        batch_id = f"{product}-{number + 1:02d}"
        part = [(batch_id, *row) for row in rows[number::count]]
        if batch_id == SWITCHED_BATCH:
            part = [_in_mmoll(columns, row) for row in part]
        made.append(Delivery(product, batch_id, columns, units, tuple(part)))
    return made


def _in_mmoll(columns: tuple[str, ...], row: tuple[Value, ...]) -> tuple[Value, ...]:
    """The planted change: what the supplier's new machine wrote."""
    return tuple(
        round(float(value) / _MGDL_PER_MMOLL[name], 2) if name in _MGDL_PER_MMOLL else value
        for name, value in zip(columns, row, strict=True)
    )
