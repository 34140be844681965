"""Prints random places as Xapian stores and reads them: hex latitude longitude, and how many
metres they are from 48.85, 2.35, as a JSON list of lists."""
import json
import random

import xapian

random.seed(11)
metric = xapian.GreatCircleMetric()
paris = xapian.LatLongCoord(48.85, 2.35)
rows = []
for _ in range(2000):
    c = xapian.LatLongCoord(random.uniform(-90, 90), random.uniform(-180, 360))
    stored = c.serialise()
    c.unserialise(stored)
    rows.append([stored.hex(), c.latitude, c.longitude, metric.pointwise_distance(paris, c)])
print(json.dumps(rows))
