"""Which programs an engine has, how each is started, and which option lists they share.

A program that a version lacks is left out. Two programs share a *group* when the
engine builds both with the same function; a group is recorded once per version.
"""

from __future__ import annotations

import argparse
import configparser
import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import capture
from .capture import Captured

# A model name that no detection code could find, and that needs no download.
MODEL = "model"


@dataclass(frozen=True)
class Program:
    """One entry of the ``programs`` map."""

    name: str
    run: Callable[[list[str]], Captured]
    module: str | None = None
    script: str | None = None  # "module:function" as in entry_points.txt
    words: tuple[str, ...] = ()  # the words that follow the script's name
    config_keys: str | None = None  # what the keys of a --config file are: flags or fields


@dataclass(frozen=True)
class Group:
    """A list of options that one function of the engine adds to a parser."""

    name: str
    owner: str  # module of the function
    qualified_name: str
    order: int = field(default=0)

    def build(self) -> argparse.ArgumentParser | None:
        """A parser with only this group's options, or None where the version lacks it."""
        try:
            value: object = importlib.import_module(self.owner)
        except ModuleNotFoundError:
            return None
        for name in self.qualified_name.split("."):
            value = getattr(value, name)
        parser = argparse.ArgumentParser(add_help=False)
        value(parser)
        return parser


GROUPS = (
    Group("server", "sglang.srt.server_args", "ServerArgs.add_cli_args"),
    Group("diffusion_server", "sglang.multimodal_gen.runtime.server_args", "ServerArgs.add_cli_args"),
    Group(
        "diffusion_sampling",
        "sglang.multimodal_gen.configs.sample.sampling_params",
        "SamplingParams.add_cli_args",
    ),
)


def _module(name: str, config_keys: str | None = None) -> Program:
    return Program(name, functools.partial(capture.run_module, name), module=name, config_keys=config_keys)


def _command(subcommand: str, diffusion: bool, argv: list[str]) -> Captured:
    """``sglang SUBCOMMAND`` with the question "is this a diffusion model?" answered."""
    handler = importlib.import_module(f"sglang.cli.{subcommand}")
    handler.get_is_diffusion_model = lambda _path: diffusion
    main = importlib.import_module("sglang.cli.main")
    model = [] if _names_model(argv) else ["--model-path", MODEL]
    return capture.run(main.main, ["sglang", subcommand, *model, *argv])


def _names_model(argv: list[str]) -> bool:
    return any(word.split("=", 1)[0] in ("--model-path", "--model") for word in argv)


def _router(name: str, argv: list[str]) -> Captured:
    compiled = importlib.import_module("sglang_router.sglang_router_rs")
    if hasattr(compiled, "get_available_tool_call_parsers"):
        # The names come out of a hash map: a different order in every process.
        names = sorted(compiled.get_available_tool_call_parsers())
        compiled.get_available_tool_call_parsers = lambda: list(names)
    module = importlib.import_module(f"sglang_router.{name}")
    # The entry point of a process: it would fix how later processes start.
    if hasattr(module, "mp"):
        module.mp.set_start_method = lambda *_args, **_kwargs: None
    return capture.run(module.main, [f"sglang_router.{name}", *argv])


_SGLANG = "sglang.cli.main:main"
_ROUTER = "sglang_router.cli:main"

PROGRAMS = (
    _module("sglang.launch_server", "flags"),
    Program(
        "sglang.serve.llm",
        functools.partial(_command, "serve", False),
        script=_SGLANG,
        words=("serve",),
        config_keys="flags",
    ),
    Program(
        "sglang.serve.diffusion",
        functools.partial(_command, "serve", True),
        script=_SGLANG,
        words=("serve",),
        config_keys="fields",
    ),
    Program(
        "sglang.generate",
        functools.partial(_command, "generate", True),
        script=_SGLANG,
        words=("generate",),
        config_keys="fields",
    ),
    _module("sglang.bench_serving"),
    _module("sglang.bench_one_batch"),
    _module("sglang.bench_one_batch_server"),
    _module("sglang.bench_offline_throughput"),
    _module("sglang.benchmark.serving"),
    _module("sglang.benchmark.one_batch"),
    _module("sglang.benchmark.one_batch_server"),
    _module("sglang.benchmark.offline_throughput"),
    _module("sglang.profiler"),
    _module("sglang.compile_deep_gemm"),
    _module("sglang.multimodal_gen.benchmarks.bench_serving"),
    _module("sglang.multimodal_gen.benchmarks.bench_offline_throughput"),
    Program(
        "sglang_router.launch_server",
        functools.partial(_router, "launch_server"),
        module="sglang_router.launch_server",
        script=_ROUTER,
        words=("server",),
    ),
    Program(
        "sglang_router.launch_router",
        functools.partial(_router, "launch_router"),
        module="sglang_router.launch_router",
        script=_ROUTER,
        words=("launch",),
    ),
)


def available(program: Program, roots: list[Path]) -> bool:
    """Whether one of the unpacked wheels has this program."""
    if program.module is None:
        return any(script in (program.script,) for script in console_scripts(roots).values())
    path = Path(*program.module.split("."))
    sources = [root / path.with_suffix(".py") for root in roots]
    return any(source.is_file() and "__main__" in source.read_text("utf-8") for source in sources)


def console_scripts(roots: list[Path]) -> dict[str, str]:
    """Names of installed commands to ``module:function``, from the wheels' metadata."""
    scripts: dict[str, str] = {}
    for root in roots:
        for path in sorted(root.glob("*.dist-info/entry_points.txt")):
            parser = configparser.ConfigParser(delimiters=("=",))
            parser.optionxform = str
            parser.read_string(path.read_text("utf-8"))
            if parser.has_section("console_scripts"):
                scripts.update(parser.items("console_scripts"))
    return dict(sorted(scripts.items()))
