"""Chinese text: both scripts, tokens for search, likeness, and what a text should not hold. Knows nothing of Django."""

from __future__ import annotations

from gongkai.foundation.hanzi.folding import Folded, fold, fold_with_offsets
from gongkai.foundation.hanzi.likeness import Sketch, similarity
from gongkai.foundation.hanzi.personal import Match, mask_personal_data, personal_data
from gongkai.foundation.hanzi.scripts import to_simplified, to_traditional
from gongkai.foundation.hanzi.secrecy import SecrecyMark, secrecy_marks
from gongkai.foundation.hanzi.stray import Stray, stray_strings
from gongkai.foundation.hanzi.tokens import index_tokens, query_phrase
from gongkai.foundation.hanzi.wording import WordingFault, wording
from gongkai.foundation.hanzi.words import keywords, words

__all__ = [
    "Folded",
    "Match",
    "SecrecyMark",
    "Sketch",
    "Stray",
    "WordingFault",
    "fold",
    "fold_with_offsets",
    "index_tokens",
    "keywords",
    "mask_personal_data",
    "personal_data",
    "query_phrase",
    "secrecy_marks",
    "similarity",
    "stray_strings",
    "to_simplified",
    "to_traditional",
    "wording",
    "words",
]
