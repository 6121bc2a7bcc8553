"""Loads an engine's wheels into this process, and reads its whole specification.

One process loads one version. Importing is not undone: whoever needs a second
version starts a second process.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import logging
import os
import re
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

from . import capture, config_file, dispatch, machine, programs, record, stubs, variables, wheels
from .programs import Program

# Small libraries that the engine's parsers really need; everything else is a stub.
LIBRARIES = {
    "msgspec": "msgspec==0.20.0",
    "orjson": "orjson==3.11.4",
    "packaging": "packaging==25.0",
    "typing_extensions": "typing_extensions==4.15.0",
    "yaml": "PyYAML==6.0.3",
}


@dataclass
class Engine:
    """The loaded wheels of one version."""

    wheels: list[wheels.Wheel]

    @property
    def roots(self) -> list[Path]:
        return [wheel.root for wheel in self.wheels]

    @property
    def version(self) -> str:
        return self.wheels[0].version

    def programs(self) -> list[Program]:
        """The programs of this version."""
        return [program for program in programs.PROGRAMS if programs.available(program, self.roots)]


def load(requirements: list[str], folder: Path | None, cache: Path) -> Engine:
    """Unpacks the wheels and makes their modules importable, with stubs for all else."""
    found = [wheels.obtain(requirement, folder, cache) for requirement in requirements]
    libraries = [wheels.install_library(requirement, cache) for requirement in LIBRARIES.values()]
    machine.pretend()
    sys.path[:0] = [str(path) for path in [*(wheel.root for wheel in found), *libraries]]
    own = {path.name for wheel in found for path in wheel.root.iterdir() if (path / "__init__.py").is_file()}
    stubs.install(own | set(LIBRARIES) | {"_yaml"}, machine.ABSENT_MODULES, machine.FACTS)
    warnings.simplefilter("ignore")
    logging.disable()
    return Engine(found)


@dataclass
class Broken:
    """A name that a program imports and that is not there: it can't start."""

    module: str
    name: str


def run(program: Program, argv: list[str]) -> tuple[capture.Captured, Broken | None]:
    """The parser of a program, even of one that fails on its first import."""
    with quiet():
        try:
            return program.run(argv), None
        except ImportError as error:
            broken = _missing(error)
            if broken is None:
                raise
            module = importlib.import_module(broken.module)
            setattr(module, broken.name, stubs.make_stub(f"{broken.module}.{broken.name}"))
            return program.run(argv), broken


def _missing(error: ImportError) -> Broken | None:
    match = re.match(r"cannot import name '(\w+)' from '([\w.]+)'", str(error))
    return Broken(match[2], match[1]) if match else None


@contextlib.contextmanager
def quiet():
    """Engines print while they are imported; standard output is for data."""
    with open(os.devnull, "w") as sink, contextlib.redirect_stdout(sink):
        yield


def specification(engine: Engine) -> dict:
    """The engine spec as plain data, in the order in which it is written."""
    with quiet():
        groups = {
            group.name: record.entries(parser)
            for group in programs.GROUPS
            if (parser := group.build()) is not None
        }
    scripts = programs.console_scripts(engine.roots)
    document: dict = {
        "engine": engine.wheels[0].package,
        "version": engine.version,
        "sources": [wheel.provenance() for wheel in engine.wheels],
        "option_groups": groups,
        "programs": {
            program.name: _program(program, groups, scripts) for program in engine.programs()
        },
    }
    with quiet():
        if (choice := dispatch.describe()) is not None:
            document["dispatch"] = choice
    document["env_vars"], document["deprecated_env_vars"] = variables.read_by(engine.roots[:1])
    return document


def _program(program: Program, groups: dict[str, list[dict]], scripts: dict[str, str]) -> dict:
    captured, broken = run(program, [])
    entry: dict = {}
    if program.module is not None:
        entry["module"] = program.module
    commands = [[name, *program.words] for name, target in scripts.items() if target == program.script]
    if commands:
        entry["command"], *others = sorted(commands, key=lambda words: (words[0] != "smg", words))
        if others:
            entry["other_commands"] = others
    if broken is not None:
        entry["broken"] = {"module": broken.module, "missing": broken.name}
    if program.config_keys is not None:
        entry["accepts_config_file"] = True
        entry["config_keys"] = program.config_keys
        if program.config_keys == "flags":
            entry["config_reader"] = config_file.reader(captured.parser)
    if captured.ignores_unknown:
        entry["ignores_unknown"] = True
        if (patterns := dispatch.unknown_words(program.name)) is not None:
            del entry["ignores_unknown"]
            entry["dynamic_options"] = patterns
    if not captured.parser.allow_abbrev:
        entry["allow_abbrev"] = False
    if type(captured.parser) is not argparse.ArgumentParser:
        entry["parser"] = type(captured.parser).__name__
    entry["options"] = factor(record.entries(captured.parser), groups)
    return entry


def factor(entries: list[dict], groups: dict[str, list[dict]]) -> list:
    """``entries`` with every run that equals a group replaced by the group's name.

    The order of choices does not count: some lists come from a registry when a
    program has imported it already, and from a table of names otherwise.
    """
    shapes = {name: [_shape(entry) for entry in members] for name, members in groups.items()}
    shape = [_shape(entry) for entry in entries]
    options: list = []
    position = 0
    while position < len(entries):
        for name, members in shapes.items():
            if members and shape[position : position + len(members)] == members:
                options.append(name)
                position += len(members)
                break
        else:
            options.append(entries[position])
            position += 1
    return options


def _shape(entry: dict) -> dict:
    return {**entry, "choices": sorted(map(str, entry["choices"]))} if "choices" in entry else entry
