"""Points and words of a plot go in, a small SVG picture comes out.

Colours are CSS classes of the page, so that a picture follows it into the dark; words are escaped.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_WIDTH, _HEIGHT = 420, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 14, 44

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawing and what to say of it."""

    title: str
    """What it shows."""
    words: str
    """How to read it, one sentence."""
    drawing: Markup
    """The SVG."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The axes of a picture, from 0 to their ends."""

    title: str
    """What the picture shows, in words."""
    x_label: str
    """What the horizontal axis counts."""
    y_label: str
    """What the vertical axis counts."""
    x_end: float = 1.0
    """Value at the right edge."""
    y_end: float = 1.0
    """Value at the upper edge."""

    def place(self, point: Point) -> Point:
        """Return where a point of the data lies in the picture, in its pixels."""
        x = _LEFT + point[0] / self.x_end * (_WIDTH - _LEFT - _RIGHT)
        y = _HEIGHT - _BOTTOM - point[1] / self.y_end * (_HEIGHT - _TOP - _BOTTOM)
        return round(x, 1), round(y, 1)

    def line(self, points: Sequence[Point], css: str) -> Markup:
        """Return a line through points."""
        path = " ".join(f"{x},{y}" for x, y in map(self.place, points))
        return Markup('<polyline class="{}" points="{}"/>').format(css, path)

    def bar(self, start: float, end: float, height: float, css: str) -> Markup:
        """Return a bar on the horizontal axis."""
        (left, top), (right, bottom) = self.place((start, height)), self.place((end, 0))
        box = '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>'
        return Markup(box).format(css, left, top, round(right - left, 1), round(bottom - top, 1))

    def dot(self, point: Point, radius: float, css: str, title: str) -> Markup:
        """Return a dot that says something when it is pointed at."""
        x, y = self.place(point)
        dot = '<circle class="{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>'
        return Markup(dot).format(css, x, y, round(radius, 1), title)

    def text(self, point: Point, words: str, anchor: str = "middle", down: float = 0) -> Markup:
        """Return words at a point of the data, moved down by some pixels."""
        x, y = self.place(point)
        return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(x, y + down, anchor, words)

    def picture(self, words: str, parts: Sequence[Markup], *, x_ticks: bool = True) -> Picture:
        """Return the whole picture: grid, ticks at quarters, labels and what is in it.

        Args:
            words: How to read it, one sentence.
            parts: What is drawn in the frame.
            x_ticks: Whether the horizontal axis gets numbers at its quarters.
        """
        quarters = [0, 0.25, 0.5, 0.75, 1]
        grid = [self.line([(0, q * self.y_end), (self.x_end, q * self.y_end)], "grid") for q in quarters]
        ticks = [self.text((0, q * self.y_end), f"{q * self.y_end:.3g} ", "end", 4) for q in quarters]
        if x_ticks:
            ticks += [self.text((q * self.x_end, 0), f"{q * self.x_end:.3g}", down=16) for q in quarters]
        labels = [
            self.text((self.x_end / 2, 0), self.x_label, down=34),
            Markup('<text transform="translate(12 {}) rotate(-90)" text-anchor="middle">{}</text>').format(
                (_HEIGHT - _BOTTOM + _TOP) / 2, self.y_label
            ),
        ]
        head = Markup('<svg viewBox="0 0 {} {}" role="img"><title>{}</title>').format(_WIDTH, _HEIGHT, self.title)
        drawing = head + Markup("").join([*grid, *ticks, *labels, *parts]) + Markup("</svg>")
        return Picture(title=self.title, words=words, drawing=drawing)


def draw_interval(low: float | None, high: float | None, value: float | None) -> Markup:
    """Draw a figure between 0 and 1 as a dot on the line of its interval; empty if it lies elsewhere."""
    if value is None or low is None or high is None or not 0 <= low <= high <= 1:
        return Markup("")
    picture = (
        '<svg class="whisker" viewBox="0 0 120 12" aria-hidden="true">'
        '<line class="grid" x1="4" x2="116" y1="6" y2="6"/>'
        '<line class="range" x1="{}" x2="{}" y1="6" y2="6"/>'
        '<circle class="point" cx="{}" cy="6" r="3.5"/></svg>'
    )
    return Markup(picture).format(*(round(4 + 112 * at, 1) for at in (low, high, value)))


def round_up(value: float) -> float:
    """Return the next number from `value` on whose quarters are short to write, such as 4, 8, 10, 16 or 20.

    Example:
        >>> round_up(2.82)
        4.0
    """
    if value <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value / 4))
    return next(4 * unit * step for step in (1, 2, 2.5, 4, 5, 10) if 4 * unit * step >= value)
