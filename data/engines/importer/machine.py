"""The one machine that every import pretends to run on: Linux, x86-64, one NVIDIA H100.

Modules ask their libraries about the machine while they are imported (is this
ROCm? which compute capability?), and a few of the answers end up in parsers. To
record the same parser everywhere, the answers are fixed here, as facts for
``stubs``, and the process environment is reduced to what Python needs.
"""

from __future__ import annotations

import asyncio
import multiprocessing.connection  # noqa: F401  (real libraries import it for the engine)
import os
import platform
import re
import socket
import sys

from .stubs import ABSENT

CUDA_VERSION = "12.9"

FACTS: dict[str, object] = {
    "torch.__version__": "2.9.1",
    "torch.version.cuda": CUDA_VERSION,
    "torch.version.hip": None,
    "torch.version.musa": ABSENT,
    "torch.version.xpu": None,
    "torch.cuda.is_available": lambda *_: True,
    "torch.cuda.device_count": lambda *_: 1,
    "torch.cuda.current_device": lambda *_: 0,
    "torch.cuda.get_device_capability": lambda *_: (9, 0),
    "torch.cuda.get_device_name": lambda *_: "NVIDIA H100 80GB HBM3",
    "torch.cuda.is_initialized": lambda *_: False,
    "torch.hpu": ABSENT,
    "torch.npu": ABSENT,
    "torch.musa": ABSENT,
    "torch.xpu.is_available": lambda *_: False,
    "torch.xpu.device_count": lambda *_: 0,
    "torch.backends.mps.is_available": lambda *_: False,
    "torch.distributed.is_initialized": lambda *_: False,
    "torch.distributed.is_available": lambda *_: True,
    "torch.library.Library().ns": "sglang",
    "torch.library.Library().m.name": "sglang",
    "triton.__version__": "3.5.1",
    "triton.runtime.driver.active.get_current_target().backend": "cuda",
    "transformers.__version__": "4.57.1",
    "transformers.PretrainedConfig.__class_validators__": [],
    "diffusers.__version__": "0.36.0",
    "numpy.__version__": "2.2.6",
    "dill.dumps": lambda *_: b"",
    "regex.escape": re.escape,
    "uvloop.EventLoopPolicy": asyncio.DefaultEventLoopPolicy,
}

# Libraries of other vendors' machines: importing them must fail, as it does on this one.
ABSENT_MODULES = {
    "aiter",
    "amdsmi",
    "habana_frameworks",
    "intel_extension_for_pytorch",
    "mlx",
    "org",  # pickle's test for Jython
    "sgl_kernel_npu",
    "torch_musa",
    "torch_npu",
    "torch_xla",
    "torchada",
    "vllm",
}

_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "SSL_CERT_FILE")


def with_clean_environment(arguments: list[str]) -> None:
    """Starts this program again with a fixed environment, unless that has happened already.

    Hash randomisation can only be switched off before Python starts, and
    without it the order of ``choices`` written as a set would vary from run to run.
    """
    if os.environ.get("PYTHONHASHSEED") == "0" and not _engine_variables():
        return
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT_VARIABLES or name.lower().endswith("_proxy") or name.startswith("PIP_")
    }
    kept["PYTHONHASHSEED"] = "0"
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *arguments], kept)


def pretend() -> None:
    """Fixes what the standard library says about the machine."""
    socket.gethostname = lambda: "localhost"
    platform.machine = lambda: "x86_64"
    platform.system = lambda: "Linux"


def _engine_variables() -> list[str]:
    prefixes = ("SGLANG_", "SGL_", "CUDA_", "FLASHINFER_", "TORCH", "TRITON_", "HF_", "NCCL_")
    return [name for name in os.environ if name.startswith(prefixes)]
