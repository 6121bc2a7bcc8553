"""The importer's command line.

``python3 importer sglang==0.5.10 [--router sglang-router==0.3.2] [--wheels DIR] [--out DIR]``
writes ``DIR/<engine>/<version>.yaml``; without ``--out``, standard output.
``python3 importer oracle sglang==0.5.10 …`` answers questions on standard input.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import emit, engine, machine, oracle, wheels


def main(argv: list[str]) -> int:
    """Runs one command; the exit code is 0, or 2 when the work could not be done."""
    arguments = _parser().parse_args(argv)
    machine.with_clean_environment([str(Path(__file__).resolve().parent), *argv])
    requirements = [arguments.engine, *([arguments.router] if arguments.router else [])]
    try:
        loaded = engine.load(requirements, arguments.wheels, arguments.cache)
        if arguments.command == "oracle":
            oracle.serve(loaded)
        else:
            _write(arguments, requirements, loaded)
    except wheels.WheelError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _write(arguments: argparse.Namespace, requirements: list[str], loaded: engine.Engine) -> None:
    document = engine.specification(loaded)
    text = emit.dump(document, _header(requirements))
    if arguments.out is None:
        sys.stdout.write(text)
        return
    path = arguments.out / document["engine"] / f"{document['version']}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    for name, program in document["programs"].items():
        size = sum(len(document["option_groups"][item]) if isinstance(item, str) else 1 for item in program["options"])
        print(f"{path.name}: {name}: {size} options", file=sys.stderr)


def _header(requirements: list[str]) -> str:
    router = f" --router {requirements[1]}" if len(requirements) > 1 else ""
    return (
        "What this engine version accepts, read from its own parsers. Generated: do not edit.\n"
        f"Regenerate, in the folder that holds `importer`: python3 importer {requirements[0]}{router} --out ."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="importer", description=__doc__.partition("\n")[0])
    parser.add_argument("command", nargs="?", choices=["import", "oracle"], default="import")
    parser.add_argument("engine", metavar="PACKAGE==VERSION")
    parser.add_argument("--router", metavar="PACKAGE==VERSION", help="the router's wheel, for its programs")
    parser.add_argument("--wheels", type=Path, metavar="DIR", help="where wheels are looked for before pip is asked")
    parser.add_argument("--cache", type=Path, metavar="DIR", default=wheels.default_cache())
    parser.add_argument("--out", type=Path, metavar="DIR", help="the folder of engine specs")
    return parser
