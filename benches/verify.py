#!/usr/bin/env python3
"""How long `shardbook verify` takes for one file of 10,000 commands: whole processes, release build.

    cargo build --release && python3 benches/verify.py [--commands 10000] [--runs 9]

The commands are those of real documents, in their proportions: servers of several lines, benchmarks, `sglang serve` in
the background, containers; with `--wrong`, each tenth has a flag that no version has. Prints the wall-clock time and the
processor time of each run, and the medians. Processor time is the one to compare on a busy machine.
"""

import argparse
import random
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODELS = [
    "deepseek-ai/DeepSeek-V3.2",
    "Qwen/Qwen3-235B-A22B-Instruct-2507",
    "meta-llama/Llama-3.1-8B-Instruct",
    "zai-org/GLM-4.6",
    "openai/gpt-oss-120b",
]
OPTIONS = [
    "--trust-remote-code",
    "--host 0.0.0.0",
    "--port 30000",
    "--mem-fraction-static 0.85",
    "--ep 8",
    "--enable-dp-attention --dp 8",
    "--reasoning-parser qwen3",
    "--tool-call-parser qwen25",
    "--max-running-requests 256",
    "--chunked-prefill-size 8192",
    "--kv-cache-dtype fp8_e5m2",
    "--attention-backend fa3",
    "--speculative-algorithm EAGLE --speculative-num-steps 3 --speculative-eagle-topk 1 --speculative-num-draft-tokens 4",
    "--log-level info",
    "--context-length 131072",
    "--served-model-name m",
]


def script(count: int, wrong: bool) -> str:
    """The same commands every time."""
    choose = random.Random(1)
    lines = []
    for number in range(count):
        model = choose.choice(MODELS)
        kind = number % 10
        if kind < 6:
            options = choose.sample(OPTIONS, choose.randint(1, 6))
            line = f"python -m sglang.launch_server --model-path {model} --tp 8 " + " \\\n  ".join(options)
        elif kind < 8:
            line = (
                "python -m sglang.bench_serving --backend sglang --dataset-name random --random-input 4096"
                f" --random-output 1024 --num-prompts {choose.randint(1, 999)} --request-rate inf"
            )
        elif kind == 8:
            line = f"nohup sglang serve --model-path {model} --tp 4 > log.txt 2>&1 &"
        else:
            line = (
                "docker run --gpus all -p 30000:30000 lmsysorg/sglang:latest"
                f" python3 -m sglang.launch_server --model-path {model} --tp 8 --host 0.0.0.0"
            )
            line += " --tensor-paralel 8" if wrong else ""
        lines.append(line)
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--commands", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/shardbook")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "commands.sh")
        file.write_text(script(asked.commands, asked.wrong), "utf-8")
        walls, processors = [], []
        for _ in range(asked.runs):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            started = time.perf_counter()
            subprocess.run([asked.program, "verify", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            walls.append(time.perf_counter() - started)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            processors.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            print(f"{walls[-1]:.3f} s, of the processor {processors[-1]:.3f} s")
    print(
        f"{asked.commands} commands, median of {asked.runs}: {statistics.median(walls):.3f} s,"
        f" of the processor {statistics.median(processors):.3f} s"
    )


if __name__ == "__main__":
    main()
