"""Answers questions about words and folding from Debian's python3-xapian and python3-icu.

One question a line, one answer a line, both in JSON:
  {"parse": [TEXT...], "ngrams": BOOL}  -> for each text the [term, number] of a query's words,
                                           or null where Xapian reports an error
  {"index": [TEXT...], "ngrams": BOOL}  -> for each text the [term, positions, wdf] of its document
  {"fold": [TEXT...]}                   -> the texts as ICU folds them
Texts are in hexadecimal, since not all are UTF-8.
"""

import json
import re
import sys

import xapian

NUMBERED = re.compile(r"([^\s()]+)@(\d+)")


def parse(texts, ngrams):
    parser = xapian.QueryParser()
    parser.set_default_op(xapian.Query.OP_AND)
    parser.set_stemming_strategy(parser.STEM_NONE)
    flags = parser.FLAG_CJK_NGRAM if ngrams else 0
    for text in texts:
        try:
            query = str(parser.parse_query(text, flags))
        except xapian.QueryParserError:
            yield None
            continue
        yield [[term, int(number)] for term, number in NUMBERED.findall(query)]


def index(texts, ngrams):
    generator = xapian.TermGenerator()
    generator.set_max_word_length(100000)
    if ngrams:
        generator.set_flags(generator.FLAG_CJK_NGRAM)
    for text in texts:
        document = xapian.Document()
        generator.set_document(document)
        generator.set_termpos(0)
        generator.index_text(text)
        yield [[t.term.decode(), list(t.positer), t.wdf] for t in document]


def fold(texts):
    import icu

    rule = icu.Transliterator.createInstance("Lower; NFD; [:M:] remove; NFC", icu.UTransDirection.FORWARD)
    return [rule.transliterate(text.decode()) for text in texts]


for line in sys.stdin:
    question = json.loads(line)
    if "fold" in question:
        answer = fold(map(bytes.fromhex, question["fold"]))
    else:
        what = parse if "parse" in question else index
        texts = question.get("parse") or question["index"]
        answer = list(what(map(bytes.fromhex, texts), question["ngrams"]))
    print(json.dumps(answer), flush=True)
