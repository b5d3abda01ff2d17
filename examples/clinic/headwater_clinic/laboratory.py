"""The laboratory supplier: real measurements from scikit-learn, delivered in batches.

Source: the diabetes data of Efron, Hastie, Johnstone and Tibshirani (2004), in its original units, and the Wisconsin diagnostic
breast-cancer data of Wolberg, Street and Mangasarian (1995). Which of the two sex codes of the diabetes data means female is not
documented; code 2 is taken as F here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from sklearn.datasets import load_breast_cancer, load_diabetes

from headwater_clinic.cohort import LAST_DAY, SEED, Patient, Profile

METABOLIC = "metabolic-panel"
CYTOLOGY = "cytology"
METABOLIC_COLUMNS = ("sample_id", "record_no", "bmi", "total_cholesterol", "ldl", "hdl", "ltg", "glucose", "progression")
CYTOLOGY_COLUMNS = ("sample_id", "record_no", "mean_radius", "mean_texture", "mean_concavity", "worst_area", "diagnosis")
SWITCHED_BATCH = "2025-12-27"
"""Incident 2: in this one delivery the panels of one analyser are in mmol/L; the manifest says mg/dL for all."""

_MGDL_PER_MMOLL = {"total_cholesterol": 38.67, "ldl": 38.67, "hdl": 38.67, "glucose": 18.016}
SWITCHED_COLUMNS = tuple(_MGDL_PER_MMOLL)
_SWITCHED_EVERY = 3
_OVERLAP = 150
_RHYTHM = {METABOLIC: (20, timedelta(days=1)), CYTOLOGY: (4, timedelta(days=7))}
"""How many deliveries of a product there are until the last day, and how far apart."""

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Delivery:
    """One batch of one product, named by its day; `units` is what the manifest claims, not what is in the rows."""

    product: str
    batch_id: str
    columns: tuple[str, ...]
    units: dict[str, str] = field(hash=False)
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


def deliveries(patients: Sequence[Patient], *, with_switch: bool = True) -> list[Delivery]:
    """Every batch the supplier sent, in order of delivery; without the switch they are all as their manifests say."""
    return [
        *_batched(METABOLIC, METABOLIC_COLUMNS, dict.fromkeys(_MGDL_PER_MMOLL, "mg/dL"), _metabolic_rows(patients), with_switch),
        *_batched(CYTOLOGY, CYTOLOGY_COLUMNS, {"mean_radius": "um", "worst_area": "um2"}, _cytology_rows(patients), with_switch),
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


def _batched(
    product: str, columns: tuple[str, ...], units: dict[str, str], rows: list[tuple[Value, ...]], with_switch: bool
) -> list[Delivery]:
    """Rows dealt out to the days on which they were delivered, more on some than on others."""
    count, apart = _RHYTHM[product]
    dice = Random(f"{SEED}-{product}")
    days = [LAST_DAY - apart * (count - 1 - number) for number in range(count)]
    drawn: list[list[tuple[Value, ...]]] = [[] for _ in days]
    for row in rows:
        drawn[dice.randrange(count)].append(row)
    made = []
    for day, part in zip(days, drawn, strict=True):
        if with_switch and product == METABOLIC and day.isoformat() == SWITCHED_BATCH:
            part = [_in_mmoll(columns, row) if number % _SWITCHED_EVERY == 0 else row for number, row in enumerate(part)]
        made.append(Delivery(product, day.isoformat(), columns, units, tuple(part)))
    return made


def _in_mmoll(columns: tuple[str, ...], row: tuple[Value, ...]) -> tuple[Value, ...]:
    """The planted change: what the supplier's new machine wrote."""
    return tuple(
        round(float(value) / _MGDL_PER_MMOLL[name], 2) if name in _MGDL_PER_MMOLL else value
        for name, value in zip(columns, row, strict=True)
    )
