"""Places on a page as people see it: points (1/72 inch) from the upper left corner, after rotation and cropping."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

POINTS_PER_INCH = 72


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on page ``page`` (from 1)."""

    page: int
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def grown(self, margin: float) -> Box:
        return Box(
            self.page,
            self.left - margin,
            self.top - margin,
            self.width + 2 * margin,
            self.height + 2 * margin,
        )

    def within(self, width: float, height: float) -> Box | None:
        """The part that lies on the page; None when nothing does."""
        left, top = max(0.0, self.left), max(0.0, self.top)
        right, bottom = min(width, self.right), min(height, self.bottom)
        if not (right > left and bottom > top):
            return None
        return Box(self.page, left, top, right - left, bottom - top)

    def pixels(self, scale: float) -> tuple[int, int, int, int]:
        """Left, top, right, bottom (exclusive) in a picture with ``scale`` pixels per point, rounded outwards and
        one pixel more, so that no soft edge of a letter stays outside."""
        return (
            math.floor(self.left * scale) - 1,
            math.floor(self.top * scale) - 1,
            math.ceil(self.right * scale) + 1,
            math.ceil(self.bottom * scale) + 1,
        )


def hull(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of them; they lie on one page."""
    several = list(boxes)
    left, top = min(box.left for box in several), min(box.top for box in several)
    right, bottom = max(box.right for box in several), max(box.bottom for box in several)
    return Box(several[0].page, left, top, right - left, bottom - top)


def lines(boxes: Iterable[Box]) -> list[Box]:
    """Boxes of neighbouring characters joined into one per line, as the eye would cover them."""
    joined: list[Box] = []
    for box in boxes:
        if joined and beside(joined[-1], box):
            joined[-1] = hull((joined[-1], box))
        else:
            joined.append(box)
    return joined


def beside(line: Box, box: Box) -> bool:
    """On the same line (or in the same column of vertical text), and no further than three characters away."""
    high = min(line.bottom, box.bottom) - max(line.top, box.top)
    wide = min(line.right, box.right) - max(line.left, box.left)
    reach = 3 * max(box.width, box.height)
    same_line = high >= 0.5 * min(line.height, box.height) and -wide <= reach
    same_column = wide >= 0.5 * min(line.width, box.width) and -high <= 0.6 * max(box.width, box.height)
    return same_line or (same_column and line.width <= 1.6 * box.width)
