"""Makes ``src/gongkai/foundation/hanzi/tables/boundaries.txt`` from the word list of jieba (MIT licence).

    pip download jieba==0.42.1 --no-deps && tar xzf jieba-0.42.1.tar.gz
    python scripts/seed_boundaries.py jieba-0.42.1/jieba/dict.txt

OpenCC takes the longest phrase it knows, from the left, and so reads words where two others meet: 50人参加 as 人参
(ginseng), 学生发展 as 生发 (growing hair), 一个中心 as 个中. Here every phrase is split at every place, and common words
that end or begin with its halves are set beside it. Where that changes the characters, and both the segmenter and the
counts say that the words meet there, the neighbours are written with the characters the words have by themselves.

Run it again after a change of ``tables/words.txt`` or of the version of OpenCC.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import opencc

from gongkai.foundation.hanzi.scripts import to_simplified, traditional_converter
from gongkai.foundation.hanzi.words import cut

TABLES = Path("src/gongkai/foundation/hanzi/tables")
OPENCC = Path(opencc.__file__).parent / "clib"
LEAST = 3.0
"""Meetings in the 60 million words counted, were neighbours independent, from which a pair is written down."""
LEAST_OF_TWO_WORDS = 0.5
"""The same for two words of several characters, which meet less often and are surer."""
OURS = 800
"""What a word of government counts at least: the counts come from newspapers and novels."""
DOUBTFUL = frozenset("干钟系卷念背签赞扎游冲谷松布托划尝喂征丰舍术折余范岳制欲克斗岩娘里")
"""Characters whose form, alone, is too often not the usual one (and 里, a lane in many addresses: 大同里社区)."""
HAN = re.compile("[一-鿿]+")


class Counts:
    """How often words occur, begin with something and end with something."""

    def __init__(self, dictionary: Path, ours: Iterable[str]) -> None:
        self.words: Counter[str] = Counter()
        for line in dictionary.read_text(encoding="utf-8").splitlines():
            word, count, *kind = line.split()
            if HAN.fullmatch(word) and not (len(word) > 1 and kind and kind[0].startswith("nr")):
                self.words[word] += int(count)
        for word in ours:
            if HAN.fullmatch(word):
                self.words[word] = max(self.words[word], OURS)
        self.total = self.words.total()
        self.begins: Counter[str] = Counter()
        self.ends: Counter[str] = Counter()
        for word, number in self.words.items():
            for length in range(1, min(3, len(word)) + 1):
                self.begins[word[:length]] += number
                self.ends[word[-length:]] += number

    def common(self, least: int) -> list[str]:
        return [word for word, count in self.words.items() if 2 <= len(word) <= 4 and count >= least]


def main(dictionary: Path) -> None:
    ours = [line.split("\t")[0] for line in (TABLES / "words.txt").read_text(encoding="utf-8").splitlines()]
    vocabulary = (TABLES / "vocabulary.txt").read_text(encoding="utf-8").split()
    counts = Counts(dictionary, [*ours, *vocabulary])
    known = {*ours, *opencc_phrases("STPhrases"), *opencc_phrases("STPhrases_GeneratedFromRegionalPhrases")}
    phrases = sorted(phrase for phrase in known if 2 <= len(phrase) <= 4 and HAN.fullmatch(phrase))
    found = mended(beside_a_character(phrases, counts))
    longer = mended(two_words(phrases, counts))
    for both, written in longer.items():
        if not any(both[first:last] in found for first in range(len(both)) for last in range(len(both) + 1)):
            found[both] = written
    (TABLES / "boundaries.txt").write_text(
        "".join(f"{both}\t{written}\n" for both, written in sorted(found.items())), encoding="utf-8"
    )
    print(f"{len(found)} pairs")


def opencc_phrases(name: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "phrases.txt"
        source = OPENCC / "share" / "opencc" / f"{name}.ocd2"
        tool = OPENCC / "bin" / "opencc_dict"
        subprocess.run([tool, "-i", source, "-o", text, "-f", "ocd2", "-t", "text"], check=True)
        return [line.split("\t")[0] for line in text.read_text(encoding="utf-8").splitlines()]


def beside_a_character(phrases: list[str], counts: Counts) -> set[tuple[str, str]]:
    """A common word with the end of another before it (人|参加) or the beginning of another after it (亿元|后)."""
    beginning, ending = defaultdict(list), defaultdict(list)
    for word in counts.common(100):
        beginning[word[0]].append(word)
        ending[word[-1]].append(word)
    met = set()
    for phrase in phrases:
        for place in range(1, len(phrase)):
            left, right = phrase[:place], phrase[place:]
            if len(left) <= 2 and DOUBTFUL.isdisjoint(left):
                for word in beginning[right[0]]:
                    apart = counts.ends[left] * counts.words[word]
                    together = counts.words[phrase] * counts.begins[word[len(right) :]]
                    if word != right and word.startswith(right) and likely(apart, together, counts):
                        met.add((left, word))
            if len(right) == 1 and right not in DOUBTFUL and right != "只":
                for word in ending[left[-1]]:
                    apart = counts.words[word] * counts.begins[right]
                    together = counts.words[phrase] * counts.ends[word[: -len(left)]]
                    if word != left and word.endswith(left) and likely(apart, together, counts):
                        met.add((word, right))
    return met


def likely(apart: int, together: int, counts: Counts) -> bool:
    return apart / counts.total >= LEAST and apart >= 2 * together


def two_words(phrases: list[str], counts: Counts) -> set[tuple[str, str]]:
    """Two common words that meet in a phrase (明白|发展)."""
    beginning, ending = defaultdict(list), defaultdict(list)
    for word in counts.common(300):
        for length in range(1, min(3, len(word))):
            beginning[word[:length]].append(word)
            ending[word[-length:]].append(word)
    halves = {(phrase[:place], phrase[place:]) for phrase in phrases for place in range(1, len(phrase))}
    return {
        (first, second)
        for left, right in halves
        for first in ending[left]
        for second in beginning[right]
        if counts.words[first] * counts.words[second] / counts.total >= LEAST_OF_TWO_WORDS
    }


def mended(met: set[tuple[str, str]]) -> dict[str, str]:
    """Those whose characters the neighbourhood changes, with the characters the two have by themselves."""
    convert = traditional_converter("words.txt").convert
    pairs = sorted(met)
    together = convert("\n".join(first + second for first, second in pairs)).split("\n")
    firsts = convert("\n".join(first for first, _ in pairs)).split("\n")
    seconds = convert("\n".join(second for _, second in pairs)).split("\n")
    return {
        first + second: one + other
        for (first, second), joined, one, other in zip(pairs, together, firsts, seconds, strict=True)
        if joined != one + other
        and is_boundary(first, second)
        and to_simplified(one + other) == first + second
    }


def is_boundary(first: str, second: str) -> bool:
    position = 0
    for word in cut(first + second):
        position += len(word)
        if position >= len(first):
            break
    return position == len(first)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
