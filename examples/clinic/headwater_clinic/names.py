"""Names of the clinic's datasets and jobs, as the OpenLineage naming specification and Headwater's additions write them.

Tables of the lake are called as a scan of the lake calls them, so what runs tell of a table and what the lake shows of it meet.
"""

from __future__ import annotations

from dataclasses import dataclass

JOBS = "clinic"
LAKE_NAME = "clinic"
LAKE = f"headwater://{LAKE_NAME}"
DATABASES = "sqlite://clinic"
WAREHOUSE = "duckdb://clinic"
PORTAL = "api://portal.clinic.example"
SUPPLIER = "feed://meridian-labs"
MONITORS = "kafka://bedside.clinic.example:9092"
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


def table(dotted: str) -> Name:
    """The dataset of a table of the lake, written `schema.table`."""
    return Name(LAKE, dotted)


PATIENTS = Name(DATABASES, "hospital.patients")
VISITS = Name(DATABASES, "hospital.visits")
ACCESS_LOG = Name(DATABASES, "hospital.access_log")
AGENT_LOG = Name(DATABASES, "hospital.agent_requests")
CLAIMS = Name(WAREHOUSE, "warehouse.main.claims")
REGIONS = Name(SEEDS, "seeds/regions.csv")
MESSAGES = Name(PORTAL, "v1/messages")
VITALS_STREAM = Name(MONITORS, "vitals")
NOTES_STREAM = Name(MONITORS, "notes")
PANELS = table("raw.metabolic_panel")
PUBLIC_FEATURES = table("public.patient_features")
PROFILE = table("features.patient_profile")
TRAINING_SET = table("features.progression_training")
PROGRESSION_MODEL = Name(MODELS, "diabetes-progression")
MALIGNANCY_MODEL = Name(MODELS, "tumour-malignancy")

NAMESPACES = (JOBS, DATABASES, WAREHOUSE, LAKE, PORTAL, SUPPLIER, MONITORS, MODELS, SEEDS)
"""Everything the pipeline speaks of, and so what its key must be allowed to write."""
