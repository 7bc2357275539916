"""Makes ``src/gongkai/foundation/hanzi/tables/characters.txt`` from the word list of jieba (MIT licence).

    pip download jieba==0.42.1 --no-deps && tar xzf jieba-0.42.1.tar.gz
    python scripts/seed_characters.py jieba-0.42.1/jieba/dict.txt

The list counts, among others, how often each character stands alone as a word. What is kept is how surprising that
is: the natural logarithm of one over its share, in halves. Characters of one value share a line.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from gongkai.foundation.hanzi.scripts import to_simplified

TABLE = Path("src/gongkai/foundation/hanzi/tables/characters.txt")
RAREST = 13.5
"""Not written: a character the table does not know is as surprising as this."""
HEAD = """\
# How surprising it is to meet a character as a word of its own: ln(1 / its share), then the characters.
# Computed by scripts/seed_characters.py from the word counts of jieba 0.42.1 (MIT licence).
"""


def main(dictionary: Path) -> None:
    alone: Counter[str] = Counter()
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        word, count, *_kind = line.split()
        if re.fullmatch("[一-鿿]", word):
            alone[to_simplified(word)] += int(count)
    total = alone.total()
    grouped: defaultdict[float, list[str]] = defaultdict(list)
    for character, count in alone.items():
        surprise = round(-2 * math.log((count + 0.5) / total)) / 2
        if surprise < RAREST:
            grouped[surprise].append(character)
    lines = [f"{surprise} {''.join(sorted(characters))}" for surprise, characters in sorted(grouped.items())]
    TABLE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
