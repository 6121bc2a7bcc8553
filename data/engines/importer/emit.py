"""Writes plain data as YAML: block style for maps and lists of maps, flow style for the rest.

The output is deterministic and diff-friendly: keys stay in the order given, one
key per line, long lists folded. Assumes strings, numbers, booleans, None, lists
and string-keyed maps.
"""

from __future__ import annotations

import json
import re

WIDTH = 110

_PLAIN = re.compile(r"[A-Za-z0-9_./+-][A-Za-z0-9_./+ -]*")
# What YAML 1.1 or 1.2 would read as something other than a string.
_OTHER = re.compile(
    r"(?i:true|false|yes|no|on|off|y|n|null|none|~|[-+]?\.?(inf|nan))|[-+.]?[0-9][0-9a-fA-FxXoO_.eE+:-]*|[-.+=]+"
)


def dump(document: dict, header: str) -> str:
    """``document`` as YAML below a comment."""
    comment = "".join(f"# {line}".rstrip() + "\n" for line in header.splitlines())
    return comment + "\n".join(_map(document, 0)) + "\n"


def scalar(value: object) -> str:
    """One value on one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_string(key)}: {scalar(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(scalar(item) for item in value) + "]"


def _number(value: int | float) -> str:
    if value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    # YAML 1.1 reads an exponent only after a decimal point.
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _string(value: str) -> str:
    plain = _PLAIN.fullmatch(value) and not _OTHER.fullmatch(value)
    if plain and value == value.strip() and not value.startswith(("- ", "---")):
        return value
    return json.dumps(value, ensure_ascii=False)


def _map(mapping: dict, indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in mapping.items():
        head = " " * indent + _string(key) + ":"
        if isinstance(value, dict) and value and not _fits(value, indent, key):
            lines += [head, *_map(value, indent + 2)]
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            lines += [head, *_list(value, indent + 2)]
        else:
            lines += _folded(head + " " + scalar(value), indent + len(_string(key)) + 3)
    return lines


def _fits(value: dict, indent: int, key: str) -> bool:
    nested = any(isinstance(item, (dict, list)) and item for item in value.values())
    return not nested and len(value) <= 2 and indent + len(key) + len(scalar(value)) < WIDTH


def _list(items: list, indent: int) -> list[str]:
    lines: list[str] = []
    for item in items:
        dash = " " * indent + "- "
        if isinstance(item, dict) and not _fits_line(item, indent):
            first, *rest = _map(item, indent + 2)
            lines += [dash + first.lstrip(), *rest]
        else:
            lines.append(dash + scalar(item))
    return lines


def _fits_line(item: dict, indent: int) -> bool:
    """Provenance and other small records stay on one line; options never do."""
    return "flags" not in item and indent + len(scalar(item)) < WIDTH


def _folded(line: str, indent: int) -> list[str]:
    """Breaks a flow list after commas, and aligns what follows with its first item."""
    lines: list[str] = []
    while len(line) > WIDTH:
        cut = _last_comma(line, WIDTH)
        if cut is None or cut <= indent:
            break
        lines.append(line[:cut])
        line = " " * indent + line[cut:].lstrip()
    return [*lines, line]


def _last_comma(line: str, limit: int) -> int | None:
    """The position after the last comma between items that keeps the line within ``limit``."""
    quoted = escaped = False
    found = None
    for position, character in enumerate(line[:limit]):
        if escaped:
            escaped = False
        elif character == "\\" and quoted:
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted and line[position + 1 : position + 2] == " ":
            found = position + 1
    return found
