"""Estimate by how many degrees the lines of a page image fall, before anything is read.

The ink of a reduced image is projected on its left edge, at many angles. Where the lines are level, rows of ink and rows
between lines differ most (Postl 1986): the sum of the squared differences of neighbouring rows has its maximum there.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.ocr.engine import Picture
from darwin_spark.parsers.ocr.ink import Ink, reduced_ink

Points = npt.NDArray[np.float64]

_MIN_SKEW = 0.2  # degrees; less is left as it is
_MAX_SKEW = 8.0  # degrees
_STEPS = (0.5, 0.1, 0.05)  # degrees between the angles tried: over the whole range, around the best, and around that
_MIN_POINTS = 500  # pixels of ink below which no angle is told
_MAX_POINTS = 40_000  # pixels of ink that are projected; more add nothing
_MIN_GAIN = 1.1  # the rows at the best angle must differ by this factor more than without a turn
_ON_SIDE = 1.3  # columns must differ by this factor more than rows on a page that lies on its side
_LONG_SIDE = 1_200  # pixels of the reduced image


class Slant(NamedTuple):
    """The angle in degrees by which the lines fall to the right, and whether the page lies on its side."""

    angle: float
    on_side: bool


def page_slant(picture: Picture) -> Slant:
    """Return the slant of the page; the angle is 0 if there is no clear one, or less than 0.2 degrees.

    What makes a page straight that lies on its side makes its lines upright.
    """
    points = _points(reduced_ink(picture, _LONG_SIDE).marks)
    if len(points) < _MIN_POINTS:
        return Slant(0.0, on_side=False)
    level, upright = _best_angle(points), _best_angle(points[:, ::-1])
    best = upright._replace(angle=-upright.angle) if upright.contrast > level.contrast else level
    is_clear = best.gain > _MIN_GAIN and abs(best.angle) < _MAX_SKEW
    return Slant(best.angle if is_clear and abs(best.angle) >= _MIN_SKEW else 0.0, upright.contrast > _ON_SIDE * level.contrast)


class _Angle(NamedTuple):
    """An angle in degrees, how much more neighbouring rows differ at it than at 0 degrees, and how much they differ at it.

    The latter is the mean difference relative to the mean row, which a single line from end to end hardly changes.
    """

    angle: float
    gain: float
    contrast: float


def _best_angle(points: Points) -> _Angle:
    best, reach = 0.0, _MAX_SKEW
    for step in _STEPS:
        angles = best + np.arange(-reach, reach + step / 2, step)
        best, reach = float(max(angles, key=lambda angle: _energy(points, angle))), 1.5 * step
    rows = _rows(points, best)
    contrast = float(np.abs(np.diff(rows)).sum() / rows.sum())
    return _Angle(round(best, 2), _energy(points, best) / max(_energy(points, 0.0), 1.0), contrast)


def _points(ink: Ink) -> Points:
    """Return x and y of at most `_MAX_POINTS` pixels of ink, evenly taken, shape (n, 2)."""
    y, x = np.nonzero(ink)
    every = len(x) // _MAX_POINTS + 1
    return np.stack([x[::every], y[::every]], axis=1).astype(np.float64)


def _rows(points: Points, angle: float) -> npt.NDArray[np.int64]:
    """Return the number of points in each row when lines that fall by `angle` degrees are made level."""
    heights = points[:, 1] - np.tan(np.radians(angle)) * points[:, 0]
    return np.bincount((heights - heights.min()).astype(np.int64))


def _energy(points: Points, angle: float) -> float:
    return float(np.sum(np.diff(_rows(points, angle)) ** 2))
