#!/usr/bin/env python3
"""How long it takes from the write of a page to the first byte of its new text, with `shardbook serve`.

    python3 benches/edit.py [--pages 1000] [--edits 30] [--kind body|heading|title] [--program target/release/shardbook]

The pages are those of the guide over and over, each with a heading and a command of its own. The time includes the
system's news of the change, the waiting for the end of a burst, all checks, and the request; a connection asks again
and again for the page, with the pause of a millisecond.
"""

import argparse
import http.client
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def write_site(folder, count):
    guide = sorted((ROOT / "content/guide").glob("*.md"))
    (folder / "site.yaml").write_text("title: Measured\n")
    # The models that the guide speaks of.
    shutil.copytree(ROOT / "data", folder / "data")
    for number in range(count):
        text = guide[number % len(guide)].read_text().replace("8B-Instruct", f"8B-Instruct-{number}")
        # Links and redirects of the copies would lead nowhere.
        text = text.replace("](", "] (").replace("aliases:", "tags:")
        text += f"\n## Copy {number}\n\n```bash\npython -m sglang.launch_server --model-path m-{number} --tp-size 8\n```\n"
        path = folder / "content" / f"section-{number // 100}" / f"page-{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "content/index.md").write_text("---\ntitle: Home\ndescription: D\n---\n\nHi\n")


def memory(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024


def processor(process):
    """Seconds of processor time that a process has used."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--edits", type=int, default=30)
    parser.add_argument("--kind", choices=["body", "heading", "title"], default="body")
    parser.add_argument("--program", default=str(ROOT / "target/release/shardbook"))
    parser.add_argument("--profile", help="record with perf into this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_site(folder, options.pages)
        started = time.perf_counter()
        process = subprocess.Popen(
            [options.program, "serve", "--port", "0", "--root", name], stderr=subprocess.PIPE, text=True
        )
        try:
            for line in process.stderr:
                found = re.search(r"serving http://127\.0\.0\.1:(\d+)", line)
                if found:
                    break
                if os.environ.get("SHOW"):
                    print(line, end="")
            else:
                sys.exit("it did not start")
            print(f"{options.pages} pages, first build {time.perf_counter() - started:.2f} s, {memory(process)} MB")
            perf = None
            if options.profile:
                perf = subprocess.Popen(["perf", "record", "-q", "-F", "999", "-g", "-o", options.profile, "-p", str(process.pid)])
            measure(options, folder, process, int(found[1]))
            if perf:
                perf.send_signal(2)
                perf.wait()
        finally:
            process.terminate()


def measure(options, folder, process, port):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times, told, used = [], [], []
    for edit in range(options.edits):
        number = edit * 37 % options.pages
        path = folder / "content" / f"section-{number // 100}" / f"page-{number}.md"
        mark = f"Mark{edit}x"
        text = path.read_text()
        if options.kind == "body":
            text += f"\n{mark}\n"
        elif options.kind == "heading":
            text += f"\n## {mark}\n"
        else:
            text = re.sub(r"(?m)^title:.*$", f"title: {mark}", text, count=1)
        time.sleep(0.4)
        before = processor(process)
        started = time.perf_counter()
        path.write_text(text)
        while True:
            connection.request("GET", f"/section-{number // 100}/page-{number}/")
            answer = connection.getresponse()
            arrived = time.perf_counter()
            if mark.encode() in answer.read():
                break
            time.sleep(0.001)
        times.append((arrived - started) * 1000)
        used.append((processor(process) - before) * 1000)
        told.append(process.stderr.readline().strip())
    times.sort()
    print(f"{options.kind}: median {statistics.median(times):.1f} ms, fastest {times[0]:.1f}, "
          f"nine of ten below {times[len(times) * 9 // 10]:.1f}; "
          f"processor time {statistics.mean(used):.0f} ms an edit; {memory(process)} MB; last said: {told[-1]}")


if __name__ == "__main__":
    main()
