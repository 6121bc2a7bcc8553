"""Lists the environment variables that an engine's source reads.

A static scan, because most variables are read long after a parser is built. A
name counts when it is a whole string literal of the engine's source (outside its
tests) or a field of its registry class, whose fields are named after their
variables. That errs on the side of listing a name: to call a variable unknown
that the engine reads is worse than to miss one. A name that the source itself
declares deprecated is listed apart, with what replaces it.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

_NAME = re.compile(r"(SGLANG|SGL)_[A-Z0-9_]*[A-Z0-9]")
_ADVISED = re.compile(r"\b(?:use|pass)\s+'?((?:SGLANG|SGL)_[A-Z0-9_]*[A-Z0-9]|--[a-z0-9][a-z0-9-]*)", re.I)


def read_by(roots: list[Path]) -> tuple[list[str], dict[str, str | None]]:
    """Names with the engine's prefixes, and deprecated ones with their replacement, if any."""
    names: set[str] = set()
    deprecated: dict[str, str | None] = {}
    for root in roots:
        for path in sorted(root.rglob("*.py")):
            if _is_test(path.relative_to(root)):
                continue
            text = path.read_text("utf-8", errors="replace")
            if "SGL" in text:
                _scan(text, names, deprecated)
    return sorted(names - deprecated.keys()), dict(sorted(deprecated.items()))


def _is_test(path: Path) -> bool:
    return any(part in ("test", "tests", ".claude", ".agents") or part.startswith("test_") for part in path.parts)


def _scan(text: str, names: set[str], deprecated: dict[str, str | None]) -> None:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            names |= _literal(node)
        elif isinstance(node, ast.ClassDef) and _is_registry(node):
            for statement in node.body:
                names |= _assigned(statement)
                _renamed(statement, deprecated)
        elif isinstance(node, ast.Call) and "deprecated" in _called(node.func):
            _declared(node, deprecated)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Dict):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any("deprecated" in _called(target).lower() for target in targets):
                _table(node.value, deprecated)


def _declared(call: ast.Call, deprecated: dict[str, str | None]) -> None:
    """``_print_deprecated_env(NEW, OLD)`` and ``_warn_deprecated_env…(OLD, "use --flag")``."""
    literals = [next(iter(_literal(argument)), None) for argument in call.args]
    named = [name for name in literals if name]
    if len(named) == 2:
        deprecated[named[1]] = named[0]
    elif len(named) == 1 and literals[0]:
        rest = [argument.value for argument in call.args[1:] if isinstance(argument, ast.Constant)]
        deprecated[named[0]] = _replacement(" ".join(str(part) for part in rest))


def _table(table: ast.Dict, deprecated: dict[str, str | None]) -> None:
    """``{OLD: NEW}`` or ``{OLD: Deprecation(…)}``."""
    for key, value in zip(table.keys, table.values):
        for old in _literal(key) if key is not None else ():
            text = " ".join(
                node.value for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            )
            deprecated[old] = _replacement(text.replace(old, ""))


def _renamed(statement: ast.stmt, deprecated: dict[str, str | None]) -> None:
    """``NEW = EnvBoolWithAlias(default, deprecated_name=OLD)``."""
    value = getattr(statement, "value", None)
    for keyword in value.keywords if isinstance(value, ast.Call) else ():
        if keyword.arg == "deprecated_name":
            for old in _literal(keyword.value):
                deprecated[old] = next(iter(_assigned(statement)), None)


def _replacement(text: str) -> str | None:
    if _NAME.fullmatch(text.strip()):
        return text.strip()
    found = _ADVISED.search(text)
    return found[1] if found else None


def _called(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _literal(node: ast.expr) -> set[str]:
    value = getattr(node, "value", None)
    return {value} if isinstance(value, str) and _NAME.fullmatch(value) else set()


def _is_registry(node: ast.ClassDef) -> bool:
    return any(_called(child.func).startswith("Env") for child in ast.walk(node) if isinstance(child, ast.Call))


def _assigned(statement: ast.stmt) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name) and _NAME.fullmatch(target.id)}
