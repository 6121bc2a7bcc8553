"""Entry point for ``python3 importer …`` (a folder) and ``python3 -m importer …``."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Run as a folder, Python puts the folder itself on sys.path; its parent is
    # needed to import this package, and neither may stay there afterwards: both
    # hold names (``sglang``, ``capture``) that the engine's imports could meet.
    package = Path(__file__).resolve().parent
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != package]
    sys.path.insert(0, str(package.parent))
    import importlib

    cli = importlib.import_module(f"{package.name}.cli")
    sys.path.remove(str(package.parent))
    sys.exit(cli.main(sys.argv[1:]))
