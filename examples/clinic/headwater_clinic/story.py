"""The demo: start a Headwater, run the clinic's pipeline against it, plant what is left to plant, ask, and tell."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import NoReturn

from openlineage.client import OpenLineageClient
from rich.console import Console

from headwater.model.errors import HomeFault
from headwater.model.keys import Scope
from headwater.sdk import Client, connect
from headwater_clinic.asking import Outcome, Scene, investigate, settle
from headwater_clinic.filling import scan_lake
from headwater_clinic.forging import edit_ledger
from headwater_clinic.guarding import guard
from headwater_clinic.names import NAMESPACES, PUBLIC_FEATURES, TRAINING_SET
from headwater_clinic.outside import opened
from headwater_clinic.pipeline import Ground, run_pipeline
from headwater_clinic.planting import UPDATE, update_by_hand
from headwater_clinic.screen import Screen
from headwater_clinic.service import COMMAND, Service, find_running, running
from headwater_clinic.truth import planted_facts

DEFAULT_FOLDER = Path(".headwater-demo")
_MARKER = "clinic.txt"
_OUTSIDE = (
    "861 patients with their visits, claims, messages, notes and vital signs, drawn from a fixed seed, and 1,011 real laboratory"
    " measurements (diabetes panels, breast cytology). Headwater's sources fill an Iceberg lake from an API with a token, the ward's"
    " database, a warehouse, a laboratory's daily deliveries and topics of Kafka."
)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything of one telling lies."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def edited(self) -> Path:
        return self.folder / "edited-home"

    @property
    def auditor(self) -> Path:
        return self.folder / "auditor" / "checkpoint.txt"

    @property
    def picture(self) -> Path:
        return self.folder / "lineage.html"

    def command(self, words: Sequence[str]) -> list[str]:
        """A command of an incident, with this telling's files."""
        words = [word.format(auditor=self.auditor, edited=self.edited) for word in words]
        return words if "--home" in words else [*words, "--home", str(self.home)]


def tell(folder: Path, *, serve: bool, port: int, console: Console) -> int:
    """Tell the whole story; with `serve` the server stays until interrupted.

    Gives 0 when every command was answered and every incident came out as expected, else 1.
    """
    stage, screen, started = Stage(folder), Screen(console), perf_counter()
    _clear(stage)
    with ExitStack() as open_until_the_end:
        enter = open_until_the_end.enter_context
        enter(_stoppable())
        service = enter(running(stage.home, folder / "server.log", port))
        owner = enter(connect(service.url, service.token))
        screen.heading("The clinic: a hospital's AI lake with six incidents in it")
        screen.say(f"Headwater runs at {service.url} on a new home in {stage.home}.")
        outside = enter(opened(folder / "sources"))
        screen.say(_OUTSIDE)
        answered, outcomes = _tell(stage, screen, service, Ground(folder, outside, owner, stage.home))
        as_expected = answered and all(outcome.verdict is outcome.incident.expected for outcome in outcomes)
        screen.heading(f"Told in {perf_counter() - started:.0f} seconds; {_count(outcomes)}.")
        if serve:
            _stay(stage, screen, service, owner)
    return 0 if as_expected else 1


def _tell(stage: Stage, screen: Screen, service: Service, ground: Ground) -> tuple[bool, list[Outcome]]:
    owner = ground.headwater
    _run(screen, ground, service)
    answered = _show_answers(stage, screen)
    answered &= _show_no_change(stage, screen, ground)
    _guard(stage, screen, ground)
    _plant_the_rest(stage, screen, ground)
    screen.heading("The six incidents")
    outcomes = investigate(Scene(owner, service.url, service.token, stage.home, stage.auditor, stage.edited))
    facts = planted_facts(stage.folder)
    commands = {outcome.incident.number: [_shown(stage.command(words)) for words in outcome.shown_by] for outcome in outcomes}
    screen.verdicts(outcomes, facts, commands)
    return answered, outcomes


def _run(screen: Screen, ground: Ground, service: Service) -> None:
    screen.heading("The sources fill the lake; the pipeline runs over it and reports itself with the openlineage-python client")
    secret = ground.headwater.keys.create("clinic pipeline", [Scope("write", namespace) for namespace in NAMESPACES]).secret
    with environment({"OPENLINEAGE_URL": service.url, "OPENLINEAGE_API_KEY": secret}), screen.steps() as on_step:
        client = OpenLineageClient()
        reporter = run_pipeline(ground, client, on_step)
        client.close()
    settle(ground.headwater)
    screen.say(f"Every step done; {reporter.events} events delivered, each acknowledged only when it was durable.")


def _show_answers(stage: Stage, screen: Screen) -> bool:
    """Ask on the command line, as anybody would; gives whether every command was answered."""
    screen.heading("What Headwater knows")
    answered = _call(stage, screen, ["status"])
    screen.heading("Where does a feature of the progression model come from?")
    answered &= _call(stage, screen, ["lineage", f"{TRAINING_SET.name}.cholesterol_ratio", "--columns", "--direct"])
    screen.heading("The whole way to the public features, drawn")
    pictures = ["--svg", str(stage.picture.with_suffix(".svg")), "--html", str(stage.picture)]
    return answered & _call(stage, screen, ["lineage", PUBLIC_FEATURES.name, *pictures], quiet=True)


def _show_no_change(stage: Stage, screen: Screen, ground: Ground) -> bool:
    """Look at the lake before anything is done to it behind the runs' back."""
    screen.heading("Does the lake hold anything that no run explains?")
    versions = scan_lake(ground.headwater, stage.home)
    screen.say(f"A scan of the lake found {versions} new versions of its tables.")
    return _call(stage, screen, ["changes"])


def _guard(stage: Stage, screen: Screen, ground: Ground) -> None:
    """Say what is sensitive and what tables for others may hold."""
    screen.heading("What is sensitive, and what may tables for others hold?")
    labelled, looked = guard(ground.headwater, stage.home)
    settle(ground.headwater)
    screen.say(f"Looking at the {looked} columns in which data come in labels {labelled}; what is made of them follows by lineage.")
    _call(stage, screen, ["expect", "list"])


def _plant_the_rest(stage: Stage, screen: Screen, ground: Ground) -> None:
    screen.heading("Two things happen that nobody reports")
    update_by_hand(ground.lake)
    scan_lake(ground.headwater, stage.home)
    settle(ground.headwater)
    screen.say(f"Somebody with the lake's credentials does, in a notebook: {UPDATE}")
    stage.auditor.parent.mkdir()
    stage.auditor.write_bytes(ground.headwater.ledger.checkpoint())
    edit = edit_ledger(stage.home, stage.edited)
    screen.say(
        f"An auditor takes the ledger's checkpoint home. Then, in a copy, the administrator rewrites {len(edit.positions)} entries so that"
        " the public table never saw a record number, builds the ledger anew and signs it with the real key."
    )


def _shown(words: Sequence[str]) -> str:
    return shlex.join(["headwater", *words])


def _call(stage: Stage, screen: Screen, words: Sequence[str], *, quiet: bool = False) -> bool:
    """Run a command of Headwater's and show what it prints, or with `quiet` only what it says beside its answer."""
    words = [*words, "--home", str(stage.home)]
    screen.command(_shown(words))
    screen.console.file.flush()
    return subprocess.run([*COMMAND, *words], check=False, stdout=subprocess.DEVNULL if quiet else None).returncode == 0


def _stay(stage: Stage, screen: Screen, service: Service, owner: Client) -> None:
    """Leave the server running until it is interrupted or ends by itself."""
    secret = owner.keys.create("demo visitor", [Scope("admin")]).secret
    screen.say(f"address  {service.url}")
    screen.say(f"key      {secret}")
    screen.say(f"picture  {stage.picture}")
    screen.say("From here the command line finds the server by its home; from elsewhere give it --url and HEADWATER_API_KEY.")
    screen.say("Ctrl-C stops it.", "dim")
    try:
        service.process.wait()
    except KeyboardInterrupt:
        screen.say("Stopping.", "dim")


def _count(outcomes: Sequence[Outcome]) -> str:
    verdicts = [outcome.verdict.value for outcome in outcomes]
    return ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in dict.fromkeys(verdicts))


def _clear(stage: Stage) -> None:
    """Make the folder ready: an earlier telling is removed, anything else is left alone.

    Raises:  HomeFault: the folder holds something else, or an earlier telling's server still runs.
    """
    folder = stage.folder
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARKER).exists():
            raise HomeFault(f"cannot use folder `{folder}`: expected an empty one or an earlier demo", next_step="headwater demo FOLDER")
        if find_running(stage.home) is not None:
            raise HomeFault(f"cannot start the demo in `{folder}`: its server still runs", next_step="stop it, or choose another folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARKER).write_text("Made by `headwater demo`; it is removed when the demo runs here again.\n")


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables while the block runs."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let a request to terminate end the story as Ctrl-C does, so that the server is stopped with it."""

    def interrupt(number: int, frame: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
