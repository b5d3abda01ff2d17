"""Draws deliveries of made-up sources: columns of every kind, slow drift, seasons, sizes that vary; and plants one fault in a delivery.

All is drawn from seeds: the same source, day and seed give the same rows. Rows lie in the order of their event times, as exports do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy
import numpy.typing
import pyarrow

from headwater.edges.engines.profile_duckdb import profile_arrow
from headwater.edges.engines.profiling import About
from headwater.model.batches import BatchProfile
from headwater.model.judgements import Deviation
from headwater.model.times import Instant

Rng = numpy.random.Generator
Columns = dict[str, pyarrow.Array]
DAY_SECONDS = 86_400
FIRST_DAY = 20_454
"""2026-01-01, a Thursday, in days since 1970."""
FAULTS = ("unit switch", "null burst", "duplicated delivery", "shuffled column", "truncated file")


KEY = b"a key for deliveries"
FITTING: Mapping[str, frozenset[str]] = {
    "unit switch": frozenset({"units", "range", "level", "spread"}),
    "null burst": frozenset({"nulls"}),
    "duplicated delivery": frozenset({"redelivered", "duplicates"}),
    "shuffled column": frozenset({"shuffled"}),
    "truncated file": frozenset({"truncated", "volume"}),
}
"""The kinds of deviation that tell of each fault."""


@dataclass(frozen=True, slots=True)
class Source:
    """A supplier with habits: how many rows it sends, how much that strays, how strong its week is, how fast it drifts, how late it comes.

    `announces` says whether it tells the number of rows with each delivery.
    """

    seed: int
    maker: str
    rows: int
    stray: float
    week: float
    drift: float
    late_minutes: float
    announces: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """One day's rows, when they were due and came (seconds since 1970), and how many the supplier says there are."""

    table: pyarrow.Table
    due: int
    arrived: int
    announced: int | None


@dataclass(frozen=True, slots=True)
class Planted:
    """A delivery with a fault: what was done to which column and to which share of rows."""

    delivery: Delivery
    fault: str
    column: str
    share: float
    how: str


def source(seed: int) -> Source:
    """A source by its seed: sizes from 200 to 50,000 rows, steady ones and wild ones."""
    rng = numpy.random.default_rng([seed, 1])
    rows = int(numpy.exp(rng.uniform(numpy.log(400), numpy.log(30_000))))
    makers = tuple(_MAKERS)
    return Source(
        seed=seed,
        maker=makers[seed % len(makers)],
        rows=rows,
        stray=float(rng.choice([0.01, 0.05, 0.2])),
        week=float(rng.choice([0.0, 0.3, 0.6])),
        drift=float(rng.choice([0.0, 0.0005, 0.002])),
        late_minutes=float(rng.choice([1.0, 10.0])),
        announces=bool(rng.random() < 0.5),
    )


def deliver(told: Source, day: int) -> Delivery:
    """The clean delivery of a day."""
    rng = numpy.random.default_rng([told.seed, 2, day])
    weekend = (FIRST_DAY + day + 3) % 7 >= 5
    expected = told.rows * (1.0 - told.week * weekend) * (1.0 + told.drift * day)
    rows = int(numpy.clip(expected * numpy.exp(rng.normal(0, told.stray)), 200, 50_000))
    table = pyarrow.table(_MAKERS[told.maker](told, day, rows, rng))
    due = (FIRST_DAY + day + 1) * DAY_SECONDS + 2 * 3_600
    return Delivery(table, due, due + int(60 * rng.gamma(2.0, told.late_minutes)), rows if told.announces else None)


def plant(told: Source, day: int, fault: str, share: float) -> Planted:
    """The delivery of a day with a fault in this share of its rows."""
    rng = numpy.random.default_rng([told.seed, 3, day, FAULTS.index(fault)])
    delivery = deliver(told, day)
    table = delivery.table
    count = max(1, round(share * len(table)))
    if fault == "duplicated delivery":
        how = "whole" if rng.random() < 0.3 else "rows of the day before" if rng.random() < 0.5 else "rows twice"
        earlier = deliver(told, day - 1).table
        again = (
            earlier if how == "whole" else pyarrow.concat_tables([table, (earlier if how.startswith("rows of") else table).slice(0, count)])
        )
        return Planted(Delivery(again, delivery.due, delivery.arrived, None), fault, "", share, how)
    if fault == "truncated file":
        return Planted(
            Delivery(table.slice(0, len(table) - count), delivery.due, delivery.arrived, delivery.announced), fault, "", share, "end"
        )
    column = str(rng.choice(_SPOTS[told.maker][fault]))
    places = numpy.sort(rng.choice(len(table), count, replace=False))
    changed, how = _CHANGES[fault](table[column], places, rng)
    position = table.schema.get_field_index(column)
    return Planted(
        Delivery(table.set_column(position, column, changed), delivery.due, delivery.arrived, delivery.announced), fault, column, share, how
    )


def profile(told: Source, day: int, delivery: Delivery, name: str = "") -> BatchProfile:
    """The profile of a delivery."""
    about = About(
        batch=name or f"{told.maker}-{told.seed}-{day}",
        dataset=told.maker,
        source=f"feed://{told.maker}/{told.seed}",
        arrived=Instant(delivery.arrived * 1_000_000),
        due=Instant(delivery.due * 1_000_000),
        announced=delivery.announced,
    )
    return profile_arrow(delivery.table, about, key=KEY)


def fits(deviation: Deviation, planted: Planted) -> bool:
    """Whether a deviation tells of a planted fault.

    Of columns that go with each other either may be told to have parted, and a unit that switched in few rows may show only so.
    """
    if planted.fault == "unit switch" and deviation.kind == "shuffled":
        return True
    by_column = planted.fault in ("unit switch", "null burst")
    return deviation.kind in FITTING[planted.fault] and (not by_column or deviation.column == planted.column)


def _switched(column: pyarrow.ChunkedArray, places: numpy.typing.NDArray[numpy.int64], rng: Rng) -> tuple[pyarrow.Array, str]:
    factor = float(rng.choice([18.016, 2.54, 1_000.0, 2.2046, 0.001, 1 / 18.016]))
    values = column.to_numpy(zero_copy_only=False).astype(float)
    values[places] *= factor
    return pyarrow.array(values, from_pandas=True), f"x{factor:.4g}"


def _emptied(column: pyarrow.ChunkedArray, places: numpy.typing.NDArray[numpy.int64], rng: Rng) -> tuple[pyarrow.Array, str]:
    values = column.to_pylist()
    for place in places:
        values[place] = None
    return pyarrow.array(values, type=column.type), "nulls"


def _shuffled(column: pyarrow.ChunkedArray, places: numpy.typing.NDArray[numpy.int64], rng: Rng) -> tuple[pyarrow.Array, str]:
    order = numpy.arange(len(column))
    order[places] = rng.permutation(places)
    return column.combine_chunks().take(pyarrow.array(order)), "permuted"


_CHANGES: Mapping[str, Callable[[pyarrow.ChunkedArray, numpy.typing.NDArray[numpy.int64], Rng], tuple[pyarrow.Array, str]]] = {
    "unit switch": _switched,
    "null burst": _emptied,
    "shuffled column": _shuffled,
}


def _times(day: int, rows: int, rng: Rng) -> pyarrow.Array:
    seconds = numpy.sort(rng.uniform(0, DAY_SECONDS, rows)) + (FIRST_DAY + day) * DAY_SECONDS
    return pyarrow.array((seconds * 1e6).astype(numpy.int64), type=pyarrow.timestamp("us"))


def _some(values: numpy.typing.NDArray[numpy.generic], missing: float, rng: Rng) -> pyarrow.Array:
    return pyarrow.array(values, mask=rng.random(len(values)) < missing)


def _texts(prefix: str, numbers: numpy.typing.NDArray[numpy.int64]) -> pyarrow.Array:
    return pyarrow.array([f"{prefix}{number:06d}" for number in numbers])


def _laboratory(told: Source, day: int, rows: int, rng: Rng) -> Columns:
    middles, sizes = numpy.array([5.5, 80.0, 140.0, 4.2, 1.2, 13.5]), numpy.array([0.25, 0.3, 0.02, 0.1, 0.4, 0.1])
    codes, units = (
        numpy.array(["GLU", "CREA", "NA", "K", "TSH", "HB"]),
        numpy.array(["mmol/L", "umol/L", "mmol/L", "mmol/L", "mIU/L", "g/dL"]),
    )
    wobble = 0.01 * rng.normal()
    kinds = rng.choice(6, rows, p=[0.3, 0.25, 0.2, 0.15, 0.06, 0.04])
    values = middles[kinds] * numpy.exp(sizes[kinds] * rng.normal(wobble, 1, rows)) * (1 + 0.1 * told.drift * day)
    return {
        "result_id": pyarrow.array(numpy.arange(rows) + day * 100_000 + 1_000_000),
        "patient": pyarrow.array(rng.integers(10_000, 90_000, rows)),
        "test": pyarrow.array(codes[kinds]),
        "unit": pyarrow.array(units[kinds]),
        "value": _some(values.round(2), 0.01, rng),
        "glucose": _some((5.5 * numpy.exp(0.15 * rng.normal(0, 1, rows))).round(2), 0.02, rng),
        "taken_at": _times(day, rows, rng),
        "site": pyarrow.array(rng.choice(["north", "south", "east", "west", "mobile"], rows, p=[0.35, 0.3, 0.2, 0.1, 0.05])),
        "fasting": _some(rng.random(rows) < 0.4 + 0.02 * rng.normal(), 0.05, rng),
        "device": _texts("SN-", rng.integers(0, 300, rows)),
    }


def _orders(told: Source, day: int, rows: int, rng: Rng) -> Columns:
    quantity = rng.geometric(0.4, rows)
    price = numpy.exp(rng.normal(3.0 + 0.3 * told.drift * day, 0.6, rows)).round(2)
    season = 0.1 * numpy.sin(2 * numpy.pi * day / 7)
    countries = numpy.array([0.5, 0.25 + 0.05 * season, 0.15, 0.1])
    discount = numpy.where(rng.random(rows) < 0.3, price * quantity * rng.uniform(0.05, 0.2, rows), 0.0).round(2)
    customers = rng.integers(0, 40_000, rows)
    return {
        "order_id": pyarrow.array(numpy.arange(rows) + day * 200_000),
        "customer_email": pyarrow.array([f"user{number}@example.org" for number in customers]),
        "quantity": pyarrow.array(quantity),
        "price": pyarrow.array(price),
        "discount": _some(discount, 0.05, rng),
        "total": pyarrow.array((price * quantity).round(2)),
        "weight_kg": pyarrow.array((0.4 * quantity * numpy.exp(rng.normal(0, 0.2, rows))).round(3)),
        "country": pyarrow.array(rng.choice(["DE", "FR", "IT", "AT"], rows, p=countries / countries.sum())),
        "express": pyarrow.array(rng.random(rows) < 0.2),
        "created_at": _times(day, rows, rng),
        "tags": pyarrow.array([["a"] * number for number in rng.integers(0, 4, rows)]),
    }


def _meters(told: Source, day: int, rows: int, rng: Rng) -> Columns:
    hours = numpy.sort(rng.uniform(0, 24, rows))
    warmth = 12 + 9 * numpy.sin(2 * numpy.pi * day / 365) + 1.5 * rng.normal() + 4 * numpy.sin(2 * numpy.pi * (hours - 8) / 24)
    temperature = warmth + rng.normal(0, 1.0, rows)
    load = numpy.exp(rng.normal(0.5, 0.5, rows))
    zones = rng.choice(4, rows, p=[0.4, 0.3, 0.2, 0.1])
    return {
        "reading_id": pyarrow.array(numpy.arange(rows) + day * 300_000),
        "meter": _texts("M", rng.integers(0, 5_000, rows)),
        "zone": pyarrow.array(numpy.array(["Z1", "Z2", "Z3", "Z4"])[zones]),
        "temperature_c": _some(temperature.round(1), 0.01, rng),
        "temperature_f": pyarrow.array((temperature * 1.8 + 32 + rng.normal(0, 0.2, rows)).round(1)),
        "load_kw": _some(load.round(3), 0.02, rng),
        "energy_kwh": pyarrow.array((load * 0.25 * numpy.exp(rng.normal(0, 0.05, rows))).round(4)),
        "voltage": pyarrow.array((230 + 2 * zones + rng.normal(0, 1.0, rows)).round(2)),
        "status": pyarrow.array(rng.choice(["ok", "estimated", "missing"], rows, p=[0.95, 0.04, 0.01])),
        "read_at": pyarrow.array(
            ((hours * 3_600 + (FIRST_DAY + day) * DAY_SECONDS) * 1e6).astype(numpy.int64), type=pyarrow.timestamp("us")
        ),
    }


def _people(told: Source, day: int, rows: int, rng: Rng) -> Columns:
    woman = rng.random(rows) < 0.52
    height = numpy.where(woman, 165.0, 178.0) + rng.normal(0, 6.0, rows)
    weight = 22.5 * (height / 100) ** 2 * numpy.exp(rng.normal(0.002 * told.drift * day, 0.12, rows))
    ages = rng.uniform(0, 90, rows)
    return {
        "person": _texts("P", rng.integers(0, 900_000, rows)),
        "sex": pyarrow.array(numpy.where(woman, "f", "m")),
        "height_cm": _some(height.round(1), 0.02, rng),
        "weight_kg": _some(weight.round(1), 0.03, rng),
        "bmi": pyarrow.array((weight / (height / 100) ** 2).round(1)),
        "born": pyarrow.array((FIRST_DAY + day - ages * 365.25).astype(numpy.int32), type=pyarrow.date32()),
        "age": pyarrow.array(ages.astype(int)),
        "postcode": _texts("", rng.integers(1_000, 99_000, rows)),
        "phone": _some(numpy.array([f"+49 {number}" for number in rng.integers(10**8, 10**9, rows)]), 0.1, rng),
        "active": pyarrow.array(rng.random(rows) < 0.8),
        "seen_at": _times(day, rows, rng),
        "balance": pyarrow.array(rng.normal(50, 300, rows).round(2)),
    }


_MAKERS: Mapping[str, Callable[[Source, int, int, Rng], Columns]] = {
    "laboratory": _laboratory,
    "orders": _orders,
    "meters": _meters,
    "people": _people,
}
_SPOTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "laboratory": {
        "unit switch": ("glucose", "value"),
        "null burst": ("value", "glucose", "taken_at", "site", "fasting", "device"),
        "shuffled column": ("test", "unit", "value", "taken_at", "result_id"),
    },
    "orders": {
        "unit switch": ("price", "weight_kg", "total"),
        "null burst": ("price", "country", "discount", "customer_email", "express"),
        "shuffled column": ("quantity", "price", "total", "weight_kg", "created_at"),
    },
    "meters": {
        "unit switch": ("load_kw", "energy_kwh", "voltage", "temperature_f"),
        "null burst": ("temperature_c", "load_kw", "zone", "status", "read_at"),
        "shuffled column": ("temperature_c", "temperature_f", "load_kw", "energy_kwh", "read_at", "voltage"),
    },
    "people": {
        "unit switch": ("height_cm", "weight_kg", "bmi"),
        "null burst": ("sex", "height_cm", "weight_kg", "phone", "born", "active"),
        "shuffled column": ("height_cm", "weight_kg", "bmi", "born", "age", "seen_at"),
    },
}
"""Where faults are planted. A column that goes with no other, and that lies in no order, can be shuffled without a trace: none is here."""
