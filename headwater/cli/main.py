"""The entry of the command line: runs one command and turns whatever happens into an exit code.

0 answered, clean and complete; 1 no, or something was found; 2 usage; 3 fault; 4 nothing found but the answer is incomplete.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from typer.exceptions import TyperException

from headwater.cli.faults import INTERRUPTED, USAGE, let_go_of_output, note_warnings, say, say_fault, say_unexpected
from headwater.cli.tree import tree
from headwater.model.errors import HeadwaterError, UsageError


def main() -> None:
    """Run the command line of this process."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code; nothing is raised."""
    note_warnings()
    try:
        command = typer.main.get_command(tree(arguments[0] if arguments else None))
        code = command.main(list(arguments), prog_name="headwater", standalone_mode=False)
        sys.stdout.flush()
    except HeadwaterError as fault:
        return say_fault(fault)
    except TyperException as misuse:
        return _say_misuse(misuse)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # because typer makes of the first the second, with a code of its own
        let_go_of_output()
        return 0
    except Exception as error:  # noqa: BLE001  # because this is the rim: it ends in a message and a log
        return say_unexpected(error, _home(arguments))
    return code if isinstance(code, int) else 0


def _say_misuse(misuse: TyperException) -> int:
    """Tell that the command line itself could not be understood."""
    if type(misuse).__name__ == "NoArgsIsHelpError":
        print(misuse.format_message(), file=sys.stderr)
        return USAGE
    text = misuse.format_message().strip().rstrip(".")
    context = getattr(misuse, "ctx", None)
    command = context.command_path if context is not None else "headwater"
    problem = f"cannot understand the command: {text[:1].lower()}{text[1:]}" if text else "cannot understand the command: expected more"
    say(" ".join(problem.split()), f"{command} --help", UsageError.code)
    return USAGE


def _home(arguments: Sequence[str]) -> Path:
    """The home that a command line names, as far as that can be told when nothing else is certain."""
    for index, argument in enumerate(arguments):
        if argument.startswith("--home="):
            return Path(argument.removeprefix("--home="))
        if argument == "--home" and index + 1 < len(arguments):
            return Path(arguments[index + 1])
    return Path(".headwater")


if __name__ == "__main__":
    main()
