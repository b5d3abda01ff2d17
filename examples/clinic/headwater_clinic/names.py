"""Names of the clinic's datasets and jobs, as the OpenLineage naming specification and Headwater's additions write them."""

from __future__ import annotations

from dataclasses import dataclass

JOBS = "clinic"
HOSPITAL = "sqlite://clinic/hospital.db"
WAREHOUSE = "duckdb://clinic/warehouse.duckdb"
LAKE = "duckdb://clinic/lake.duckdb"
PORTAL = "api://portal.clinic.example"
SUPPLIER = "feed://meridian-labs"
MONITORS = "file://bedside-monitors"
MODELS = "mlflow://clinic"
SEEDS = "file://clinic-seeds"


@dataclass(frozen=True, slots=True)
class Name:
    """A dataset's namespace and name."""

    namespace: str
    name: str

    def column(self, column: str) -> str:
        """The node id of a column of this dataset."""
        return f"datasetField:{self.namespace}:{self.name}:{column}"

    @property
    def node(self) -> str:
        """The node id of this dataset."""
        return f"dataset:{self.namespace}:{self.name}"


_NAMESPACES = {"lake": LAKE, "warehouse": WAREHOUSE}


def table(dotted: str) -> Name:
    """The dataset of a DuckDB table written `catalog.schema.table`."""
    return Name(_NAMESPACES[dotted.split(".", 1)[0]], dotted)


PATIENTS = Name(HOSPITAL, "hospital.main.patients")
VISITS = Name(HOSPITAL, "hospital.main.visits")
ACCESS_LOG = Name(HOSPITAL, "hospital.main.access_log")
AGENT_LOG = Name(HOSPITAL, "hospital.main.agent_requests")
REGIONS = Name(SEEDS, "seeds/regions.csv")
MESSAGES = Name(PORTAL, "/v1/messages")
VITALS_STREAM = Name(MONITORS, "streams/vitals.jsonl")
NOTES_STREAM = Name(MONITORS, "streams/notes.jsonl")
PUBLIC_FEATURES = table("lake.public.patient_features")
PROFILE = table("lake.features.patient_profile")
TRAINING_SET = table("lake.features.progression_training")
PROGRESSION_MODEL = Name(MODELS, "diabetes-progression")
MALIGNANCY_MODEL = Name(MODELS, "tumour-malignancy")

NAMESPACES = (JOBS, HOSPITAL, WAREHOUSE, LAKE, PORTAL, SUPPLIER, MONITORS, MODELS, SEEDS)
"""Everything the pipeline speaks of, and so what its key must be allowed to write."""
