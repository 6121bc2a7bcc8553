"""How the engine turns a ``--config`` file into words, by its own code."""

from __future__ import annotations

import argparse
import importlib

_MODULES = ("sglang.srt.utils.server_args_config_parser", "sglang.srt.server_args_config_parser")


def merge(parser: argparse.ArgumentParser, argv: list[str]) -> list[str]:
    """``argv`` with the file's words in place of ``--config FILE``."""
    merger = _merger(parser)
    return argv if merger is None else merger.merge_config_with_args(argv)


def reader(parser: argparse.ArgumentParser) -> str:
    """Which of the known ways to read such a file the engine has, learned by probing it.

    ``plain``: every ``true`` becomes a flag, every ``false`` nothing. ``dests``: options that are neither
    switches nor take one stored value are refused, and booleans of others are written out; keys are compared
    with the options' dests. ``spellings``: the same, keys being compared with every spelling; a mapping is
    written as JSON.
    """
    merger = _merger(parser)
    if merger is None:
        return "plain"
    convert = merger._convert_config_to_args
    if convert({"model-path": True}) == ["--model-path"]:
        return "plain"
    mapping = convert({"model-path": {"a": None}})
    return "spellings" if mapping == ["--model-path", '{"a": null}'] else "dests"


def _merger(parser: argparse.ArgumentParser):
    for name in _MODULES:
        try:
            merger = importlib.import_module(name).ConfigArgumentMerger
        except ModuleNotFoundError:
            continue
        # The first release hands over the names of booleans, and always finds none.
        return merger(parser) if "parser" in merger.__init__.__code__.co_varnames else merger([])
    return None
