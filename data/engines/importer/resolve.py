"""Runs what the engine checks once it has parsed: ``ServerArgs`` resolves itself and asserts.

For tests of rules about flags that the parser takes and the server refuses. The machine
is the one of ``machine``; the model is one that this module makes up: a dense decoder
whose architecture the question names. So an answer "accepted" is the engine's, and so is
a refusal that names flags alone. A refusal that is about the machine or the model is
about these.
"""

from __future__ import annotations

import os
import sys
import traceback
import types

GPU_MEMORY = 81_559  # MiB, as an H100 has them
ARCHITECTURE = "LlamaForCausalLM"


class _Config(types.SimpleNamespace):
    """A model's ``config.json``: what it does not say is ``None``."""

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        return None


class _ModelConfig(_Config):
    """What the engine makes of such a file."""

    def __init__(self, architecture: str):
        config = _Config(
            architectures=[architecture],
            model_type="llama",
            num_attention_heads=32,
            num_key_value_heads=8,
            num_hidden_layers=32,
            hidden_size=4096,
            vocab_size=128_256,
        )
        super().__init__(
            hf_config=config,
            hf_text_config=config,
            context_len=131_072,
            is_multimodal=False,
            is_generation=True,
            is_hybrid_swa=False,
            is_encoder_decoder=False,
            num_hidden_layers=32,
            hidden_size=4096,
            num_attention_heads=32,
            num_key_value_heads=8,
            head_dim=128,
            dtype="bfloat16",
        )

    def get_default_sampling_params(self) -> dict:
        return {}


class Resolver:
    """The server's own checks of one engine version."""

    def __init__(self):
        import sglang.srt.server_args as server_args

        self._class = server_args.ServerArgs
        self._architecture = ARCHITECTURE
        if hasattr(self._class, "resolve_once"):
            self._fake_new()
        else:
            self._fake_old(server_args)

    def answer(self, namespace, architecture: str | None) -> dict:
        """``{"resolved": true}``, or what was raised and in which line of the engine."""
        self._architecture = architecture or ARCHITECTURE
        before = dict(os.environ)
        try:
            self._resolve(self._class.from_cli_args(namespace))
        except (Exception, SystemExit) as raised:
            frame = traceback.extract_tb(raised.__traceback__)[-1]
            place = f"{frame.filename.rpartition('/sglang/')[2]}:{frame.lineno}"
            return {"resolved": False, "raised": type(raised).__name__, "message": str(raised), "at": place}
        finally:
            os.environ.clear()
            os.environ.update(before)
        return {"resolved": True}

    def _resolve(self, arguments) -> None:
        if hasattr(arguments, "resolve_once"):
            self._fake_machine()
            arguments.resolve_once()
        arguments.check_server_args()

    def _model(self, *_, **__) -> _ModelConfig:
        return _ModelConfig(self._architecture)

    def _fake_old(self, module) -> None:
        def get_model_config(arguments):
            arguments.model_config = self._model()
            return arguments.model_config

        self._class.get_model_config = get_model_config
        self._fake_machine()

    def _fake_new(self) -> None:
        from sglang.srt.configs.model_config import ModelConfig
        from sglang.srt.utils import hf_transformers, hf_transformers_utils
        from sglang.srt.utils.hf_transformers import config

        ModelConfig.from_server_args = classmethod(self._model)
        for module in (config, hf_transformers, hf_transformers_utils):
            module.get_config = lambda *_, **__: self._model().hf_config

    def _fake_machine(self) -> None:
        """Every module has imported these by name, some of them late."""
        facts = {
            "get_device_memory_capacity": lambda *_, **__: GPU_MEMORY,
            "get_device": lambda *_, **__: "cuda",
            "is_flashinfer_available": lambda *_: True,
        }
        for name, module in list(sys.modules.items()):
            if name.startswith("sglang."):
                for fact, value in facts.items():
                    if fact in vars(module):
                        setattr(module, fact, value)
