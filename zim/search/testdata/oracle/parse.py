"""Prints how Xapian reads texts, one JSON string a line: the tree, or "syntax".

usage: parse.py LANGUAGE full|titles < texts
"""
import json
import sys

import xapian

parser = xapian.QueryParser()
parser.set_default_op(xapian.Query.OP_AND)
parser.set_stemmer(xapian.Stem(sys.argv[1]))
flags = parser.FLAG_BOOLEAN | parser.FLAG_PHRASE | parser.FLAG_LOVEHATE
if sys.argv[2] == "full":
    parser.set_stemming_strategy(parser.STEM_ALL)
    stop = xapian.SimpleStopper()
    for word in "the of to be or not and a in".split():
        stop.add(word)
    parser.set_stopper(stop)
else:
    parser.set_stemming_strategy(parser.STEM_SOME)
for line in sys.stdin:
    text = json.loads(line)
    try:
        tree = str(parser.parse_query(text, flags))
    except xapian.QueryParserError as e:
        if str(e).startswith("Syntax:"):
            tree = "syntax"
        else: # libzim then asks again
            tree = str(parser.parse_query(text, 0))
    print(json.dumps(tree))
