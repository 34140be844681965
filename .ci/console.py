#!/usr/bin/env python3
"""Runs the console examples of a Markdown file and compares what they print.

Usage: console.py FILE ADDRESS [--write]

A block of type console holds commands, each after "$ " and with indented further lines,
and what they print. ADDRESS takes the place of 127.0.0.1:8000. Dates of editions
are not compared. With --write the file receives what was printed.
"""
import re
import subprocess
import sys

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.S | re.M)
EXAMPLE = re.compile(r"^\$ ([^\n]*\n(?:    [^\n]*\n)*)(.*?)(?=^\$ |\Z)", re.S | re.M)


def plain(text):
    return re.sub(r"\b20\d\d-\d\d\b", "YYYY-MM", text).strip()


def main(name, address, write=""):
    with open(name, encoding="utf-8") as f:
        text = f.read()
    ran, failed = 0, 0

    def example(match):
        nonlocal ran, failed
        command, want = match.groups()
        run = subprocess.run(["bash", "-o", "pipefail", "-c", command.replace("127.0.0.1:8000", address)],
                             stdout=subprocess.PIPE, text=True, timeout=60, check=False)
        got = run.stdout.strip() + "\n"
        ran += 1
        if run.returncode != 0 or (plain(got) != plain(want) and not write):
            failed += 1
            print(f"{name}: this prints something else:\n$ {command}--- documented\n{want}--- printed\n{got}", file=sys.stderr)
        return f"$ {command}{got}"

    new = BLOCK.sub(lambda m: "```console\n" + EXAMPLE.sub(example, m.group(1)) + "```", text)
    if write:
        with open(name, "w", encoding="utf-8") as f:
            f.write(new)
    print(f"{name}: {ran} examples, {failed} differ")
    return 1 if failed or not ran else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
