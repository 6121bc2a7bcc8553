"""How ``sglang serve`` and ``sglang generate`` look for the model, and what they take out of argv before they parse.

Learned by calling the engine's own helper functions with probes, so that a
release which adds or drops a form is described correctly without a change here.
"""

from __future__ import annotations

import importlib

_PROBE = "probe"


def describe() -> dict | None:
    """The ``dispatch`` section of an engine spec; None without ``sglang serve``."""
    try:
        serve = importlib.import_module("sglang.cli.serve")
        tools = importlib.import_module("sglang.cli.utils")
    except ModuleNotFoundError:
        return None
    section: dict = {
        "command": ["sglang", "serve"],
        "programs": {"llm": "sglang.serve.llm", "diffusion": "sglang.serve.diffusion"},
        # Looked up word by word: exact spellings, no abbreviations; a --config file is not read.
        "model_flags": [flag for flag in ("--model-path", "--model") if _finds_model(tools, flag)],
    }
    if hasattr(serve, "_normalize_positional_model_path"):
        section["positional_model"] = "first"
    if hasattr(serve, "_extract_model_type_override"):
        section["selector"] = {"flag": "--model-type", "default": _default(serve), "choices": _types(serve)}
        section["selector"]["open"] = _accepts(serve, _PROBE)
    generate = {
        "command": ["sglang", "generate"],
        "programs": {"diffusion": "sglang.generate"},
        "model_flags": section["model_flags"],
    }
    return {"sglang serve": section, "sglang generate": generate}


def prepare(program: str, argv: list[str]) -> list[str]:
    """What the dispatcher hands to the chosen parser; raises what the dispatcher raises."""
    if program.startswith("sglang.serve."):
        serve = importlib.import_module("sglang.cli.serve")
        if hasattr(serve, "_extract_model_type_override"):
            _, argv = serve._extract_model_type_override(argv)
        if hasattr(serve, "_normalize_positional_model_path"):
            argv, _ = serve._normalize_positional_model_path(argv)
    if program.startswith("sglang.serve.") or program == "sglang.generate":
        if not any(word in ("-h", "--help") for word in argv):
            importlib.import_module("sglang.cli.utils").get_model_path(argv)
    return list(argv)


def leftover(program: str, unknown: list[str]) -> list[str]:
    """Those unknown words that the program refuses after parsing; its own code decides."""
    server_args = _diffusion_server_args() if _takes_dynamic(program) else None
    extractors = _extractors(server_args) if server_args is not None else []
    if not extractors:
        return []
    for extract in extractors:
        _, unknown = extract(list(unknown))
    return list(unknown)


def unknown_words(program: str) -> list[str] | None:
    """Patterns of the words that a program accepts beyond its parser; None: it takes any."""
    server_args = _diffusion_server_args() if _takes_dynamic(program) else None
    extractors = _extractors(server_args) if server_args is not None else []
    if not extractors:
        return None
    patterns = []
    for name in _option_maps(server_args):
        patterns.append(f"--{name}.COMPONENT")
    for suffix in _SUFFIXES:
        for value in ("value", "{}"):
            _, rest = _run(extractors, [f"--{_PROBE}{suffix}", value])
            if not rest:
                patterns.append(f"--COMPONENT{suffix}")
                break
    return patterns


_SUFFIXES = ("-path", "-weights-path", "-quantization", "-precision", "-attention-backend")
_MAPS = (
    "component-paths",
    "component-weights-paths",
    "component-quantizations",
    "component-precisions",
    "component-attention-backends",
    "component-direct-gpu-weight-loading",
    "component-quantization-ignored-layers",
)


def _option_maps(server_args: type) -> list[str]:
    found = []
    for name in _MAPS:
        for value in ("true", "fp8", "layer"):
            try:
                _, rest = _run(_extractors(server_args), [f"--{name}.{_PROBE}", value])
            except Exception:  # a value of the wrong kind is refused by name
                continue
            if not rest:
                found.append(name)
                break
    return found


def _run(extractors: list, words: list[str]) -> tuple[None, list[str]]:
    for extract in extractors:
        _, words = extract(list(words))
    return None, words


def _takes_dynamic(program: str) -> bool:
    return program in ("sglang.serve.diffusion", "sglang.generate") or "multimodal_gen" in program


def _diffusion_server_args() -> type | None:
    try:
        return importlib.import_module("sglang.multimodal_gen.runtime.server_args").ServerArgs
    except ModuleNotFoundError:
        return None


def _extractors(server_args: type) -> list:
    """The engine's functions that take words out of argv, the more specific suffix first."""
    order = (
        "_extract_component_quantizations",
        "_extract_component_precisions",
        "_extract_component_direct_gpu_weight_loading",
        "_extract_component_quantization_ignored_layers",
        "_extract_component_weights_paths",
        "_extract_component_paths",
        "_extract_component_attention_backends",
    )
    present = [name for name in dir(server_args) if name.startswith("_extract_component_")]
    unknown = sorted(set(present) - set(order))
    return [getattr(server_args, name) for name in [*(n for n in order if n in present), *unknown]]


def _finds_model(tools, flag: str) -> bool:
    try:
        return tools.get_model_path([flag, _PROBE]) == _PROBE
    except Exception:
        return False


def _default(serve) -> str:
    return serve._extract_model_type_override([])[0]


def _accepts(serve, value: str) -> bool:
    try:
        return serve._extract_model_type_override(["--model-type", value])[0] == value
    except Exception:
        return False


def _types(serve) -> list[str]:
    return [value for value in ("auto", "llm", "diffusion") if _accepts(serve, value)]
