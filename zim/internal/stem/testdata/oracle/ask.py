"""Answers questions about stems and languages from Debian's python3-xapian and python3-icu.

One question a line, one answer a line, both in JSON:
  {"stem": LANGUAGE, "words": [...]}  -> the stems of the words
  {"languages": [...]}                -> for each, what ICU makes of it if Xapian can stem that, or ""
"""

import json
import sys

import xapian


def stems(language, words):
    stem = xapian.Stem(language)
    return [stem(word).decode("utf-8", "replace") for word in words]


def known(name):
    try:
        xapian.Stem(name)
    except xapian.InvalidArgumentError:
        return ""
    return "" if name == "none" else name


def languages(given):
    import icu

    return [known(icu.Locale(name).getLanguage()) for name in given]


for line in sys.stdin:
    question = json.loads(line)
    if "words" in question:
        answer = stems(question["stem"], question["words"])
    else:
        answer = languages(question["languages"])
    print(json.dumps(answer), flush=True)
