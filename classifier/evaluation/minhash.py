"""MinHash with locality-sensitive hashing, the usual method for near-duplicates, asked to find templates.

Broder, "On the resemblance and containment of documents", 1997; the implementation is that of `datasketch`.
"""

from collections import Counter
from collections.abc import Sequence

from classifier.own_text import own_text
from classifier.values import Sample

THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)

_PERMUTATIONS = 128
_SHINGLE_WORDS = 3
_LEAST_COPIES = 3


def group(samples: Sequence[Sample], threshold: float) -> list[int | None]:
    """Return the number of the group of each mail of an outbox, None for one of fewer than three mails.

    It sees the same words as our own likeness: no quotes, greeting and signature, slots masked. Each mail joins the
    group of the mail that it resembles most among those that the index finds at this Jaccard similarity.
    """
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=_PERMUTATIONS)
    sketches: list[MinHash] = []
    groups: list[int] = []
    for number, sample in enumerate(samples):
        sketch = MinHash(num_perm=_PERMUTATIONS)
        sketch.update_batch(_shingles(sample))
        alike = {int(key): sketches[int(key)].jaccard(sketch) for key in index.query(sketch)}
        best = max(alike, key=lambda key: alike[key], default=None)
        groups.append(number if best is None else groups[best])
        sketches.append(sketch)
        index.insert(str(number), sketch)
    sizes = Counter(groups)
    return [one if sizes[one] >= _LEAST_COPIES else None for one in groups]


def _shingles(sample: Sample) -> list[bytes]:
    words = own_text(sample).words
    runs = zip(*(words[start:] for start in range(_SHINGLE_WORDS)), strict=False)
    return [" ".join(run).encode() for run in runs] or [b"empty"]
