"""Training and prediction with scikit-learn: two models, one on the supplier's metabolic panels, one on its cytology.

The models are datasets of their own, so lineage runs through them: features -> coefficients -> predictions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pyarrow as pa
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from headwater_clinic.lake import Lake
from headwater_clinic.names import MALIGNANCY_MODEL, PROGRESSION_MODEL, Name, table
from headwater_clinic.reporting import Origin, Read, Reporter, Written

MODEL_COLUMNS = {"coefficients": "ARRAY<DOUBLE>", "quality": "DOUBLE"}


@dataclass(frozen=True, slots=True)
class Task:
    """One model: what it learns from, what it predicts, where predictions go. `quality` names the score of cross-validation."""

    model: Name
    training_set: str
    features: tuple[str, ...]
    target: str
    predictions: str
    quality: str

    @property
    def file_name(self) -> str:
        return f"{self.model.name}.joblib"

    def estimator(self) -> Any:
        """A fresh, unfitted pipeline."""
        return make_pipeline(StandardScaler(), Ridge(alpha=1.0) if self.quality == "r2" else LogisticRegression(max_iter=500))


TASKS = (
    Task(
        PROGRESSION_MODEL,
        "features.progression_training",
        ("age_band", "visits", "bmi", "glucose", "ldl", "hdl", "cholesterol_ratio", "ltg"),
        "progression",
        "predictions.progression",
        "r2",
    ),
    Task(
        MALIGNANCY_MODEL,
        "features.malignancy_training",
        ("age_band", "mean_radius", "mean_texture", "mean_concavity", "worst_area"),
        "malignant",
        "predictions.malignancy",
        "accuracy",
    ),
)


def train(lake: Lake, reporter: Reporter, task: Task, models: Path) -> float:
    """Fit a model, keep it as a file, report it; gives its cross-validated quality."""
    name, doc = f"train_{_word(task.model)}", f"Fits the {task.model.name} model."
    with reporter.step(name, doc=doc, reads=[lake.read(task.training_set)], writes=task.model) as step:
        values, wanted = _matrix(lake, task), _column(lake, task, task.target)
        quality = float(cross_val_score(task.estimator(), values, wanted, cv=5, scoring=task.quality).mean())
        models.mkdir(parents=True, exist_ok=True)
        joblib.dump(task.estimator().fit(values, wanted), models / task.file_name)
        learnt = _origins(task, (*task.features, task.target), "AGGREGATION")
        step.wrote(
            Written(
                dataset=task.model,
                columns=MODEL_COLUMNS,
                rows=len(wanted),
                replaced=True,
                origins={"coefficients": learnt, "quality": learnt},
            )
        )
    return quality


def predict(lake: Lake, reporter: Reporter, task: Task, models: Path) -> int:
    """Score everybody the training set knows and report the predictions; gives their number."""
    model = Read(dataset=task.model, columns=MODEL_COLUMNS)
    reads = [lake.read(task.training_set), model]
    name, doc = f"predict_{_word(task.model)}", f"Scores patients with the {task.model.name} model."
    with reporter.step(name, doc=doc, reads=reads, writes=table(task.predictions)) as step:
        estimator = joblib.load(models / task.file_name)
        matrix = _matrix(lake, task)
        scores = estimator.predict(matrix) if task.quality == "r2" else estimator.predict_proba(matrix)[:, 1]
        subjects = [row[0] for row in lake.rows(f"SELECT subject_ref FROM {task.training_set} ORDER BY subject_ref")]
        rows = pa.table({"subject_ref": pa.array(subjects, pa.string()), "score": pa.array(scores.tolist(), pa.float64())})
        written = lake.write(task.predictions, rows, step.stamps, replaces=True)
        step.wrote(replace(written, origins=_prediction_origins(task)))
    return len(subjects)


def _prediction_origins(task: Task) -> Mapping[str, Sequence[Origin]]:
    subject = Origin(table(task.training_set), "subject_ref")
    learnt = Origin(task.model, "coefficients", "TRANSFORMATION")
    return {"subject_ref": (subject,), "score": (*_origins(task, task.features, "TRANSFORMATION"), learnt)}


def _origins(task: Task, columns: Sequence[str], subtype: str) -> tuple[Origin, ...]:
    return tuple(Origin(table(task.training_set), column, subtype) for column in columns)


def _matrix(lake: Lake, task: Task) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    names = ", ".join(task.features)
    return np.asarray(lake.rows(f"SELECT {names} FROM {task.training_set} ORDER BY subject_ref"), dtype=np.float64)


def _column(lake: Lake, task: Task, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray([row[0] for row in lake.rows(f"SELECT {name} FROM {task.training_set} ORDER BY subject_ref")], dtype=np.float64)


def _word(model: Name) -> str:
    return model.name.replace("-", "_")
