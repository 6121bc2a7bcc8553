"""Runs an entry point up to the moment when it would parse its arguments.

Assumes that a program hands its arguments to one parser that has ``--help`` and
no subcommands, by ``parse_args`` or ``parse_known_args``; the first such call
ends the run. So the recorded parser is the one that the program really builds, in
its order, and whether it tolerates unknown words is seen instead of guessed.
"""

from __future__ import annotations

import argparse
import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Captured:
    """A parser as its program was about to use it."""

    parser: argparse.ArgumentParser
    ignores_unknown: bool
    argv: list[str]


class _Reached(BaseException):
    """Ends a run; a BaseException so that no ``except Exception`` of the engine stops it."""

    def __init__(self, captured: Captured):
        self.captured = captured


class CaptureError(Exception):
    """The entry point ended without parsing anything."""


def run(entry: Callable[[], object], argv: list[str]) -> Captured:
    """Calls ``entry`` with ``sys.argv`` set to ``argv`` and returns the parser it reaches."""
    before = sys.argv
    sys.argv = list(argv)
    try:
        with _intercepted():
            entry()
    except _Reached as reached:
        return reached.captured
    finally:
        sys.argv = before
    raise CaptureError(f"`{' '.join(argv)}` ended before it parsed its arguments")


def run_module(module: str, argv: list[str] = ()) -> Captured:
    """The same for ``python -m MODULE``."""
    return run(lambda: runpy.run_module(module, run_name="__main__", alter_sys=False), [module, *argv])


@contextmanager
def _intercepted() -> Iterator[None]:
    original_args = argparse.ArgumentParser.parse_args
    original_known = argparse.ArgumentParser.parse_known_args

    def reached(parser: argparse.ArgumentParser, ignores_unknown: bool, args) -> None:
        argv = list(sys.argv[1:] if args is None else args)
        raise _Reached(Captured(parser, ignores_unknown, argv))

    def parse_args(self, args=None, namespace=None):
        if _prepares(self):
            return original_args(self, args, namespace)
        reached(self, False, args)

    def parse_known_args(self, args=None, namespace=None):
        if _prepares(self):
            return original_known(self, args, namespace)
        reached(self, True, args)

    argparse.ArgumentParser.parse_args = parse_args
    argparse.ArgumentParser.parse_known_args = parse_known_args
    try:
        yield
    finally:
        argparse.ArgumentParser.parse_args = original_args
        argparse.ArgumentParser.parse_known_args = original_known


def _prepares(parser: argparse.ArgumentParser) -> bool:
    """Whether a parser only looks ahead or picks a subcommand, and another one follows."""
    return not parser.add_help or parser._subparsers is not None
