"""Lineage answers made by hand: `told("raw.a -IDENTITY-> stage.a", ...)` gives nodes, edges and one job per target."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.model.answers import Answer, DerivationView, EdgeView, Gap, Lineage, NodeView

LAKE = "duckdb://lake"
HOSTILE = "<script>alert(1)</script>\"'&\x1b[31m\u202e\ud800\n"


def dataset(name: str, namespace: str = LAKE, *, tier: str = "confirmed") -> NodeView:
    """A dataset's node."""
    return NodeView(f"dataset:{namespace}:{name}", "dataset", namespace, name, None, None, tier)


def column(name: str, column_name: str, namespace: str = LAKE, *, tier: str = "confirmed") -> NodeView:
    """A column's node."""
    return NodeView(f"datasetField:{namespace}:{name}:{column_name}", "column", namespace, name, column_name, None, tier)


def job(name: str) -> NodeView:
    """A job's node."""
    return NodeView(f"job:jobs:{name}", "job", "jobs", name)


def derivation(number: int, job: str, *, status: str = "complete", evidence: str = "parsed") -> DerivationView:
    """A statement of a job in `jobs`."""
    held = (("2026-01-01T00:00:00Z", "forever"),)
    return DerivationView(
        number, f"job:jobs:{job}", evidence, "column", status, "sql", f"f{number}", (), held, (0, None), ("run:1",), 1, (number,)
    )


def answered(
    root: NodeView,
    nodes: Sequence[NodeView],
    edges: Sequence[tuple[NodeView, NodeView, str, int]],
    derivations: Sequence[DerivationView] = (),
    *,
    direction: str = "up",
    gaps: Sequence[Gap] = (),
    hidden: int = 0,
    next_page: str | None = None,
) -> Answer[Lineage]:
    """An answer with these parts."""
    possible = sum(node.tier != "confirmed" for node in nodes)
    return Answer(
        question="lineage",
        asked={"node": root.id},
        result=Lineage(
            root=root,
            direction=direction,
            nodes=tuple(nodes),
            edges=tuple(EdgeView(source.id, target.id, kind, number) for source, target, kind, number in edges),
            derivations=tuple(derivations),
            hidden=hidden,
        ),
        as_of="2026-11-01T00:00:00Z",
        known_at=41,
        complete=not gaps,
        gaps=tuple(gaps),
        total={"nodes": len(nodes), "edges": len(edges), "gaps": len(gaps), "possible": possible},
        next_page=next_page,
    )


def small_columns() -> Answer[Lineage]:
    """Two sources, a join and a masked copy into a table of three columns, one of them not understood."""
    mrn, email = column("raw.patients", "mrn"), column("raw.patients", "email")
    value, unit = column("raw.labs", "value"), column("raw.labs", "unit")
    subject, mail, level = column("features", "subject"), column("features", "mail"), column("features", "level", tier="possible")
    features = dataset("features")
    edges = [
        (mrn, subject, "IDENTITY", 1),
        (email, mail, "TRANSFORMATION", 1),
        (value, level, "AGGREGATION", 1),
        (unit, level, "UNKNOWN", 2),
        (mrn, features, "JOIN", 1),
    ]
    derivations = [derivation(1, "build"), derivation(2, "guess", status="partial")]
    gap = Gap("STATEMENT-PARTIAL", "job:jobs:guess", "unknown function `f`", (2,))
    return answered(features, [mrn, email, value, unit, subject, mail, level], edges, derivations, gaps=[gap], hidden=2)


def small_datasets() -> Answer[Lineage]:
    """Two datasets joined by one job into a third, which feeds itself."""
    visits, patients, features = dataset("visits"), dataset("patients", "postgres://hospital"), dataset("features")
    edges = [(visits, features, "AGGREGATION", 1), (patients, features, "JOIN", 1), (features, features, "IDENTITY", 2)]
    return answered(features, [visits, patients], edges, [derivation(1, "build"), derivation(2, "keep")])


def one_job() -> Answer[Lineage]:
    """A job that reads two datasets and writes a third, which others say under two names."""
    build, visits, patients, features, old = (
        job("build"),
        dataset("visits"),
        dataset("patients"),
        dataset("features"),
        dataset("features_v1"),
    )
    edges = [
        (visits, build, "READ", -1),
        (patients, build, "READ", -1),
        (build, features, "WRITTEN", -1),
        (features, old, "ALIAS", -1),
        (old, features, "ALIAS", -1),
    ]
    return answered(build, [visits, patients, features, old], edges, direction="both")


def loop() -> Answer[Lineage]:
    """A table whose column feeds another of its own, with nothing to its right."""
    first, second = column("t", "a"), column("t", "b")
    return answered(second, [first], [(first, second, "IDENTITY", 1), (second, second, "TRANSFORMATION", 1)], [derivation(1, "keep")])


def lake(datasets: int, namespaces: int = 3) -> Answer[Lineage]:
    """A chain of layers in which each dataset comes from two before it."""
    nodes = [dataset(f"table_{number:04d}", f"duckdb://lake{number % namespaces}") for number in range(datasets)]
    edges = [(nodes[(number - back)], nodes[number], "IDENTITY", number) for number in range(10, datasets) for back in (7, 10)]
    return answered(nodes[-1], nodes, edges, [derivation(number, f"job_{number:04d}") for number in range(10, datasets)])


def hostile() -> Answer[Lineage]:
    """Names that try to leave the place they are shown in."""
    source, target = column(f"raw{HOSTILE}", f"c{HOSTILE}", f"ns{HOSTILE}"), column(f"out{HOSTILE}", f"d{HOSTILE}", f"ns{HOSTILE}")
    gap = Gap("STATEMENT-PARTIAL", f"job{HOSTILE}", f"detail{HOSTILE}")
    return answered(target, [source], [(source, target, "IDENTITY", 1)], [derivation(1, f"job{HOSTILE}", status="partial")], gaps=[gap])
