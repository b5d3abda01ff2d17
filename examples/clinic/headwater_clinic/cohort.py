"""The people of the clinic: one coherent cohort from a fixed seed.

Ages, sexes and blood pressures of the patients with a metabolic panel are those of the measured person (scikit-learn's diabetes
data); everybody with a cytology result is somebody whose measurement `laboratory.py` delivers. The rest is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

SEED = 20260115
LAST_DAY = date(2025, 12, 31)

_GIVEN_F = (
    "Alma",
    "Berta",
    "Clara",
    "Dora",
    "Edda",
    "Frieda",
    "Greta",
    "Hanna",
    "Ida",
    "Jutta",
    "Klara",
    "Lena",
    "Marta",
    "Nora",
    "Olga",
    "Paula",
)
_GIVEN_M = (
    "Anton",
    "Bruno",
    "Carl",
    "Denis",
    "Emil",
    "Felix",
    "Georg",
    "Hugo",
    "Ivan",
    "Jonas",
    "Kurt",
    "Leo",
    "Max",
    "Nils",
    "Otto",
    "Paul",
)
_FAMILY = (
    "Adler", "Bauer", "Conrad", "Dietz", "Engel", "Fuchs", "Gruber", "Haas", "Imhof", "Jung", "Keller", "Lorenz", "Maurer", "Neumann",
    "Oster", "Pohl", "Quandt", "Richter", "Sommer", "Thoma", "Ulmer", "Vogt", "Winter", "Zeller",
)  # fmt: skip
_POSTCODES = ("10115", "20095", "30159", "50667", "60311", "70173", "80331", "90402")
_REASONS = ("check-up", "follow-up", "acute pain", "therapy", "second opinion")
_TOPICS = ("appointment", "prescription", "result", "billing")
_NOTE_TEXTS = (
    "reports pain after exercise, advised rest",
    "feels well, no complaints",
    "dizziness in the morning, blood pressure to be watched",
    "wound heals as expected",
    "asks about diet, referred to counselling",
    "pain at night, medication adjusted",
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the laboratory knows of a person before the clinic gives a name: which rows of which data set, age, sex, pressure."""

    metabolic_row: int | None
    cytology_row: int | None
    age: int
    sex: str
    pressure: float


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient of the hospital; `mrn` is the medical record number, `employee` set when the patient also works here."""

    mrn: str
    given_name: str
    family_name: str
    sex: str
    birth_date: date
    postcode: str
    email: str
    phone: str
    employee: str | None
    profile: Profile


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit; a cancelled one stays in the operational database."""

    visit_id: int
    mrn: str
    department: str
    reason: str
    admitted: datetime
    discharged: datetime
    status: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What was billed for a visit; the warehouse calls the record number `member_no`."""

    claim_id: int
    member_no: str
    visit_id: int
    code: str
    amount_cents: int
    status: str
    booked: date


@dataclass(frozen=True, slots=True)
class Message:
    """A message a patient sent through the portal; the sender is known by address only."""

    message_id: int
    sender_email: str
    topic: str
    text: str
    sent: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """A clinical note on a visit."""

    note_id: int
    visit_id: int
    author: str
    text: str
    written: datetime


@dataclass(frozen=True, slots=True)
class Vital:
    """One reading of a bedside monitor during a visit."""

    visit_id: int
    measured: datetime
    pulse: int
    systolic: int
    diastolic: int
    temperature: float


@dataclass(frozen=True, slots=True)
class Cohort:
    """Everybody and everything the clinic's own systems know; the laboratory delivers its part separately."""

    patients: tuple[Patient, ...]
    visits: tuple[Visit, ...]
    claims: tuple[Claim, ...]
    messages: tuple[Message, ...]
    notes: tuple[Note, ...]
    vitals: tuple[Vital, ...]


def generate(profiles: Sequence[Profile], seed: int = SEED) -> Cohort:
    """Draw the cohort; the same profiles and seed give the same people to the last letter."""
    dice = Random(seed)
    patients = tuple(_patient(dice, number, profile) for number, profile in enumerate(profiles))
    visits = tuple(_visits(dice, patients))
    owners = {patient.mrn: patient for patient in patients}
    kept = [visit for visit in visits if visit.status == "done"]
    return Cohort(
        patients=patients,
        visits=visits,
        claims=tuple(_claims(dice, kept)),
        messages=tuple(_messages(dice, patients)),
        notes=tuple(_notes(dice, kept)),
        vitals=tuple(_vitals(dice, kept, owners)),
    )


def _patient(dice: Random, number: int, profile: Profile) -> Patient:
    given = dice.choice(_GIVEN_F if profile.sex == "F" else _GIVEN_M)
    family = dice.choice(_FAMILY)
    born = date(LAST_DAY.year - profile.age, 1, 1) + timedelta(days=dice.randrange(365))
    return Patient(
        mrn=f"H{4_000_000 + number * 7919 % 900_001:07d}",
        given_name=given,
        family_name=family,
        sex=profile.sex,
        birth_date=born,
        postcode=dice.choice(_POSTCODES),
        email=f"{given}.{family}.{number}@mail.example".lower(),
        phone=f"+49 30 {5_550_000 + number:07d}",
        employee=f"e{number // 40:03d}" if number % 40 == 0 else None,
        profile=profile,
    )


def _departments(profile: Profile) -> tuple[str, ...]:
    own = []
    if profile.metabolic_row is not None:
        own.append("endocrinology")
    if profile.cytology_row is not None:
        own.append("oncology")
    return (*own, "general")


def _visits(dice: Random, patients: Sequence[Patient]) -> list[Visit]:
    visits: list[Visit] = []
    for patient in patients:
        for _ in range(dice.randint(2, 6)):
            admitted = datetime(2025, 1, 1, 7) + timedelta(days=dice.randrange(350), minutes=dice.randrange(600))
            stay = timedelta(hours=dice.choice((1, 1, 2, 3, 26, 50)))
            status = "cancelled" if dice.random() < 0.08 else "done"
            department = dice.choice(_departments(patient.profile))
            visits.append(Visit(len(visits) + 1, patient.mrn, department, dice.choice(_REASONS), admitted, admitted + stay, status))
    return visits


def _claims(dice: Random, visits: Sequence[Visit]) -> list[Claim]:
    claims: list[Claim] = []
    for visit in visits:
        for _ in range(dice.randint(0, 2)):
            amount = dice.randrange(2_000, 90_000)
            status = "denied" if dice.random() < 0.1 else "paid"
            booked = visit.discharged.date() + timedelta(days=dice.randrange(3, 15))
            claims.append(Claim(len(claims) + 1, visit.mrn, visit.visit_id, f"B{dice.randrange(100, 120)}", amount, status, booked))
    return claims


def _messages(dice: Random, patients: Sequence[Patient]) -> list[Message]:
    messages: list[Message] = []
    for patient in patients:
        for _ in range(dice.choice((0, 0, 1, 2))):
            topic = dice.choice(_TOPICS)
            sent = datetime(2025, 1, 1) + timedelta(minutes=dice.randrange(365 * 24 * 60))
            text = f"Question about my {topic}, regards {patient.given_name}"
            messages.append(Message(len(messages) + 1, patient.email, topic, text, sent))
    return messages


def _notes(dice: Random, visits: Sequence[Visit]) -> list[Note]:
    chosen = [visit for visit in visits if dice.random() < 0.4]
    return [
        Note(number, visit.visit_id, f"e{dice.randrange(22):03d}", dice.choice(_NOTE_TEXTS), visit.admitted + timedelta(minutes=30))
        for number, visit in enumerate(chosen, start=1)
    ]


def _vitals(dice: Random, visits: Sequence[Visit], owners: dict[str, Patient]) -> list[Vital]:
    vitals: list[Vital] = []
    for visit in visits:
        if visit.discharged - visit.admitted < timedelta(hours=3):
            continue
        pressure = owners[visit.mrn].profile.pressure
        for hour in range(3):
            diastolic = round(pressure - 14 + dice.gauss(0, 4))
            systolic = round(pressure + 28 + dice.gauss(0, 6))
            measured = visit.admitted + timedelta(minutes=20 + 50 * hour)
            vitals.append(
                Vital(visit.visit_id, measured, dice.randrange(58, 104), systolic, diastolic, round(36.2 + dice.random() * 1.6, 1))
            )
    return sorted(vitals, key=lambda vital: (vital.measured, vital.visit_id))
