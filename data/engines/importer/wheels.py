"""Finds, fetches and unpacks wheels, and names what was read (provenance).

Assumes that ``pip`` works for whatever is not found locally. Unpacked wheels
live in a cache folder keyed by the wheel's SHA-256, so that a second run starts
at once and a changed wheel is never mixed with an old one. Runs at the same time
wait for each other while one of them fills the cache.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Wheel:
    """One unpacked wheel."""

    package: str
    version: str
    sha256: str
    built: str | None
    root: Path

    def provenance(self) -> dict:
        """The entry for the ``sources`` list of an engine spec."""
        entry = {"package": self.package, "version": self.version, "sha256": self.sha256}
        return entry | ({"built": self.built} if self.built else {})


class WheelError(Exception):
    """A wheel that can't be found, fetched or read."""


def parse_requirement(text: str) -> tuple[str, str]:
    """``sglang==0.5.10`` to its name and version."""
    match = re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9._+!-]+)", text)
    if not match:
        raise WheelError(f"expected PACKAGE==VERSION, got `{text}`")
    return match[1], match[2]


def default_cache() -> Path:
    """Where wheels are kept between runs, unless the command line says otherwise."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "shardbook" / "engines"


def obtain(requirement: str, folder: Path | None, cache: Path) -> Wheel:
    """The unpacked wheel for ``requirement``, from ``folder`` when it is there, else from pip."""
    package, version = parse_requirement(requirement)
    with _alone(cache):
        path = _find(package, version, folder) or _find(package, version, cache / "wheels")
        if path is None:
            path = _download(requirement, package, version, cache / "wheels")
        return _unpack(path, package, version, cache / "unpacked")


def install_library(requirement: str, cache: Path) -> Path:
    """A folder that holds one small library, with nothing else in it, to put on ``sys.path``.

    Its wheel is always taken from pip, because a compiled library depends on
    the running Python.
    """
    tag = f"py{sys.version_info.major}{sys.version_info.minor}"
    target = cache / "libraries" / tag / requirement.replace("==", "-")
    with _alone(cache):
        if not target.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = Path(tempfile.mkdtemp(dir=target.parent))
            _pip("install", "--no-deps", "--target", str(partial), requirement)
            os.replace(partial, target)
    return target


@contextlib.contextmanager
def _alone(cache: Path):
    """Keeps other runs, and other threads of this one, from filling the same cache meanwhile."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _wanted(name: str) -> bool:
    """Compiled modules are most of a wheel's size and are not loaded, except those of the
    stable ABI: the router asks its own for the names of its parsers."""
    return name.endswith(".abi3.so") or not name.endswith((".so", ".cubin"))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _find(package: str, version: str, folder: Path | None) -> Path | None:
    if folder is None or not folder.is_dir():
        return None
    for path in sorted(folder.glob("*.whl")):
        parts = path.stem.split("-")
        if len(parts) >= 5 and _normal(parts[0]) == _normal(package) and parts[1] == version:
            return path
    return None


def _download(requirement: str, package: str, version: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    _pip("download", "--no-deps", "--dest", str(folder), requirement)
    path = _find(package, version, folder)
    if path is None:
        raise WheelError(f"`pip download {requirement}` brought no wheel of that version")
    return path


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise WheelError(f"`{' '.join(command)}` failed: {done.stderr.strip()}")


def _unpack(path: Path, package: str, version: str, folder: Path) -> Wheel:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    root = folder / f"{_normal(package)}-{version}-{digest[:16]}"
    if not root.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=folder))
        try:
            with zipfile.ZipFile(path) as archive:
                archive.extractall(partial, members=[name for name in archive.namelist() if _wanted(name)])
            os.replace(partial, root)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    with zipfile.ZipFile(path) as archive:
        return Wheel(_normal(package), version, digest, built(archive), root)


def built(archive: zipfile.ZipFile) -> str | None:
    """The day of the newest file in a wheel; ``None`` for a wheel that was made without times, as of 1980."""
    newest = max((member.date_time[:3] for member in archive.infolist()), default=(1980, 1, 1))
    return "{:04}-{:02}-{:02}".format(*newest) if newest[0] > 1980 else None
