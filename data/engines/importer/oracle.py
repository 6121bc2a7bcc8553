"""Answers, line by line, what the engine's real parser makes of an argv.

For differential tests of another implementation. Reads JSON lines
``{"program": "sglang.launch_server", "argv": ["--model-path", "x"]}`` and writes
one JSON line for each: ``{"ok": true, "values": {…}}`` with the values that
differ from the parser's defaults (all of them with ``"full": true``), or
``{"ok": false, "error": "…"}``, or ``{"ok": false, "exit": 0}`` after ``--help``.
A program that tolerates unknown words also gets ``"unknown": […]``. An argv with
``--config FILE`` is merged by the engine's own code first, where the program
honours such a file before parsing; a question with ``"config": "…"`` has the text of
that file, and ``CONFIG.yaml`` in its argv stands for it. With ``"resolve": "ARCHITECTURE"``
the server's own checks run behind the parser (see ``resolve``), for a model of that
architecture; the reply then has ``resolved``, too.
"""

from __future__ import annotations

import argparse
import enum
import json
import sys
import tempfile
from pathlib import Path

from . import config_file, dispatch, resolve, stubs
from .engine import Engine, quiet, run
from .programs import Program


class _Refused(Exception):
    """What argparse would print before it exits."""


class _Left(Exception):
    """argparse exits without an error (``--help``, ``--version``)."""


class Oracle:
    """The parsers of one engine version, built when first asked for."""

    def __init__(self, engine: Engine):
        self._programs = {program.name: program for program in engine.programs()}
        self._parsers: dict[str, tuple[argparse.ArgumentParser, bool, dict]] = {}
        self._resolver: resolve.Resolver | None = None
        self._folder = tempfile.TemporaryDirectory()

    def answer(self, question: dict) -> dict:
        """The reply to one question."""
        program = self._programs.get(question.get("program"))
        if program is None:
            return {"error": f"no program {question.get('program')!r}; one of {sorted(self._programs)}"}
        try:
            argv = list(question["argv"])
            if (text := question.get("config")) is not None:
                argv = [self._written(text) if word == "CONFIG.yaml" else word for word in argv]
            return self._parse(program, argv, bool(question.get("full")), question.get("resolve"))
        except _Refused as refused:
            return {"ok": False, "error": str(refused)}
        except _Left as left:
            return {"ok": False, "exit": left.args[0]}
        except SystemExit as left:
            if isinstance(left.code, str):
                return {"ok": False, "error": left.code}
            return {"ok": False, "exit": left.code or 0}
        except Exception as raised:  # an action or the dispatcher raised: the program ends with a traceback
            return {"ok": False, "error": f"{type(raised).__name__}: {raised}", "raised": type(raised).__name__}

    def _written(self, text: str) -> str:
        path = Path(self._folder.name, "config.yaml")
        path.write_text(text, "utf-8")
        return str(path)

    def _parse(self, program: Program, argv: list[str], full: bool, architecture: str | None) -> dict:
        parser, ignores_unknown, defaults = self._parser(program)
        argv = dispatch.prepare(program.name, argv)
        if program.config_keys == "flags" and "--config" in argv:
            argv = config_file.merge(parser, argv)
        reply: dict = {"ok": True}
        if ignores_unknown:
            namespace, unknown = parser.parse_known_args(argv)
            refused = dispatch.leftover(program.name, unknown)
            if refused:
                raise _Refused(f"unrecognized arguments: {' '.join(refused)}")
            reply["unknown"] = unknown
        else:
            namespace = parser.parse_args(argv)
        if architecture is not None:
            self._resolver = self._resolver or resolve.Resolver()
            return reply | self._resolver.answer(namespace, architecture)
        values = vars(namespace)
        if not full:
            values = {name: value for name, value in values.items() if not _same(defaults.get(name), value)}
        reply["values"] = {name: _plain(value) for name, value in values.items()}
        return reply

    def _parser(self, program: Program) -> tuple[argparse.ArgumentParser, bool, dict]:
        if program.name not in self._parsers:
            captured, _ = run(program, [])
            parser = captured.parser
            _silence(parser)
            defaults = {action.dest: action.default for action in reversed(parser._actions)}
            defaults.update(parser._defaults)
            self._parsers[program.name] = (parser, captured.ignores_unknown, defaults)
        return self._parsers[program.name]


def serve(engine: Engine) -> None:
    """Answers standard input until it ends."""
    oracle = Oracle(engine)
    output = sys.stdout
    with quiet():
        for line in sys.stdin:
            if not line.strip():
                continue
            try:
                reply = oracle.answer(json.loads(line))
            except (json.JSONDecodeError, KeyError, TypeError) as error:
                reply = {"error": f"bad question: {error!r}"}
            output.write(json.dumps(reply, ensure_ascii=False) + "\n")
            output.flush()


def _silence(parser: argparse.ArgumentParser) -> None:
    """Keeps a refusal's message and saves the cost of formatting five hundred options for usage."""

    def error(message):
        raise _Refused(message)

    def leave(status=0, message=None):
        raise _Left(status)

    parser.error = error
    parser.exit = leave
    parser.print_help = lambda *_: None
    parser.print_usage = lambda *_: None


def _same(default: object, value: object) -> bool:
    return type(default) is type(value) and default == value


def _plain(value: object) -> object:
    if stubs.is_stub(value):
        return repr(value)
    if isinstance(value, enum.Enum):
        return _plain(value.value if isinstance(value.value, str) else value.name.lower())
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return [_plain(item) for item in sorted(value, key=str)]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return repr(value)
