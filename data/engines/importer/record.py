"""Turns a live argparse parser into plain data.

Assumes CPython's argparse: option registration order is ``parser._actions``.
Help texts are read, to learn what is deprecated, but never copied.
"""

from __future__ import annotations

import argparse
import enum
import json
import pathlib
import re

from .stubs import is_stub

_ACTIONS = {
    argparse._StoreAction: "store",
    argparse._StoreTrueAction: "store_true",
    argparse._StoreFalseAction: "store_false",
    argparse._StoreConstAction: "store_const",
    argparse._AppendAction: "append",
    argparse._AppendConstAction: "append_const",
    argparse._ExtendAction: "extend",
    argparse._CountAction: "count",
    argparse._HelpAction: "help",
    argparse._VersionAction: "version",
    argparse.BooleanOptionalAction: "boolean_optional",
}
# Two custom actions share a name: the server's reads each word as a name, a NAME=PATH pair
# or JSON; the benchmarks' keeps the words as they are.
_RENAMED = {("LoRAPathAction", "lora_name"): "LoRANameAction"}
_TAKES_CONST = {"store_const", "append_const"}
_FLAG = re.compile(r"--[a-z0-9][a-z0-9-]*")


class RecordError(Exception):
    """A value that has no faithful form as data."""


def entries(parser: argparse.ArgumentParser) -> list[dict]:
    """Every action of ``parser``, in registration order."""
    exclusive = _exclusive_groups(parser)
    known = set(parser._option_string_actions)
    return [_entry(action, exclusive.get(id(action)), known) for action in parser._actions]


def _entry(action: argparse.Action, exclusive: str | None, known: set[str]) -> dict:
    kind = _ACTIONS.get(type(action)) or _custom(action)
    entry: dict = {"flags": list(action.option_strings)}
    if not action.option_strings:
        entry["positional"] = True
    entry["dest"] = action.dest
    if kind != "store":
        entry["action"] = kind
    if action.nargs is not None and (kind not in _ACTIONS.values() or action.nargs != 0):
        entry["nargs"] = action.nargs
    if (type_name := name_type(action)) is not None:
        entry["type"] = type_name
    if action.choices is not None:
        entry["choices"] = _choices(action)
    if action.default is argparse.SUPPRESS:
        if kind not in ("help", "version"):
            entry["default"] = {"suppress": True}
    elif action.default is not None:
        entry["default"] = _value(action.default, action)
    if kind in _TAKES_CONST or (action.nargs == "?" and action.const is not None):
        entry["const"] = _value(action.const, action)
    elif hasattr(action, "const_value"):
        entry["const"] = _value(action.const_value, action)
    if action.required and action.option_strings:
        entry["required"] = True
    if (deprecated := _deprecated(action, known)) is not None:
        entry["deprecated"] = deprecated
    if exclusive is not None:
        entry["exclusive"] = exclusive
    return entry


def _custom(action: argparse.Action) -> str:
    name = type(action).__name__
    return _RENAMED.get((name, action.dest), name)


def name_type(action: argparse.Action) -> str | None:
    """A stable name for ``type=``; None for plain strings."""
    convert = action.type
    if convert is None or convert is str:
        return None
    if convert is json.loads:
        return "json"
    name = getattr(convert, "__name__", type(convert).__name__)
    if is_stub(convert):
        raise RecordError(f"{_label(action)}: type is {convert!r}")
    if name == "<lambda>":
        return f"lambda_{action.dest}"
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.rsplit(".", 1)[-1]).lower().lstrip("_")


def _choices(action: argparse.Action) -> list:
    choices = list(action.choices)
    if isinstance(action.choices, (set, frozenset)):
        choices.sort(key=str)
    if isinstance(action.choices, range):
        raise RecordError(f"{_label(action)}: choices are a range")
    return [_value(choice, action) for choice in choices]


def _value(value: object, action: argparse.Action) -> object:
    if is_stub(value):
        raise RecordError(f"{_label(action)}: {value!r} is not the engine's value")
    if isinstance(value, enum.Enum):
        return _value(value.value if isinstance(value.value, str) else value.name.lower(), action)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, pathlib.PurePath):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [_value(item, action) for item in value]
    if isinstance(value, (set, frozenset)):
        return [_value(item, action) for item in sorted(value, key=str)]
    if isinstance(value, dict):
        return {str(key): _value(item, action) for key, item in value.items()}
    raise RecordError(f"{_label(action)}: can't record {value!r}")


def _deprecated(action: argparse.Action, known: set[str]) -> bool | dict | None:
    """Whether the source calls the option deprecated, and what it says replaces it.

    ``replacement`` is a flag that exists; ``advice`` is the source's wording where it says more.
    """
    text = action.help if isinstance(action.help, str) else ""
    message = getattr(action, "error_message", None)
    if "deprecated" not in type(action).__name__.lower() and not _says_deprecated(text):
        return None
    found: dict = {}
    advice = getattr(action, "new_flag", None) or message or text
    named = [flag for flag in _flags_in(advice) if flag in known - set(action.option_strings)]
    if named and f"{named[0]} is deprecated" not in text:
        found["replacement"] = named[0]
        if advice not in (text, named[0]):
            found["advice"] = advice
    if message is not None:
        found["refused"] = True
    return found or True


def _flags_in(text: str) -> list[str]:
    """Flags named in a sentence; ``--graph-{decode,prefill}`` names two."""
    while match := re.search(r"(--[\w-]*)\{([\w,-]+)\}", text):
        options = " ".join(match[1] + part for part in match[2].split(","))
        text = text[: match.start()] + options + " " + text[match.end() :]
    return _FLAG.findall(text)


def _says_deprecated(text: str) -> bool:
    return re.match(r"\W*(this (argument|option|flag) is )?(deprecated|legacy)\b", text.strip(), re.I) is not None


def _exclusive_groups(parser: argparse.ArgumentParser) -> dict[int, str]:
    names: dict[int, str] = {}
    for group in parser._mutually_exclusive_groups:
        name = "-or-".join(action.dest.replace("_", "-") for action in group._group_actions)
        for action in group._group_actions:
            names[id(action)] = name
    return names


def _label(action: argparse.Action) -> str:
    return "/".join(action.option_strings) or action.dest
