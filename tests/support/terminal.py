"""Runs a command on a terminal of its own and writes down what the terminal was shown.

    python3 terminal.py REQUEST

REQUEST is JSON: `command` (a list), `folder`, `env` (variables to set, or to unset with null), and perhaps `interrupt`:
a text upon which Ctrl-C is pressed. Standard error is the terminal; with `stdout` that goes to a file of this name.
Prints JSON: `shown` (all bytes), `screen` (what stands there in the end), `code` (negative: the signal) and `after`
(seconds from Ctrl-C to the end).
"""

import json
import os
import pty
import re
import select
import signal
import sys
import time

request = json.loads(sys.argv[1])
deadline = time.monotonic() + 60
process, terminal = pty.fork()
if process == 0:
    os.chdir(request["folder"])
    for name, value in request["env"].items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    if "stdout" in request:
        os.dup2(os.open(request["stdout"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), 1)
    os.execv(request["command"][0], request["command"])

shown, pressed, gone = b"", None, None
while time.monotonic() < deadline:
    if select.select([terminal], [], [], 0.1)[0]:
        try:
            more = os.read(terminal, 65536)
        except OSError:  # Linux says so when nobody has the terminal open any more.
            break
        if not more:
            break
        shown += more
    if pressed is None and "interrupt" in request and request["interrupt"].encode() in shown:
        os.write(terminal, b"\x03")
        pressed = time.monotonic()
else:
    os.kill(process, signal.SIGKILL)
gone = time.monotonic()
_, status = os.waitpid(process, 0)


def screen(text):
    """The lines that stand in the end: the few movements that the program uses, played."""
    lines, column = [""], 0
    for part in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|[^\x1b]|\x1b", text):
        if part == "\r":
            column = 0
        elif part == "\n":
            lines.append("")
            column = 0
        elif part == "\x1b[2K":
            lines[-1] = ""
        elif not part.startswith("\x1b"):
            lines[-1] = lines[-1][:column].ljust(column) + part + lines[-1][column + 1 :]
            column += 1
    return lines


text = shown.decode("utf-8", "replace")
print(
    json.dumps(
        {
            "shown": text,
            "screen": screen(text),
            "code": os.waitstatus_to_exitcode(status),
            "after": None if pressed is None else gone - pressed,
        }
    )
)
