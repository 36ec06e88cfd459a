"""A token bucket that everybody draws from: a limit that needs to know nobody."""

from dataclasses import dataclass
from math import ceil


@dataclass
class Bucket:
    """Holds up to `most` requests and fills at `rate` a second.

    One bucket for everybody: a limit for each address would have to keep addresses.
    """

    rate: float
    most: float
    left: float = -1.0
    filled_at: float = 0.0

    def draw(self, now: float) -> int:
        """Take one request out.

        Shape:   `now` in seconds, from a clock that never runs backwards.
        Returns: 0 when there was one, else the whole seconds until there is.

        >>> bucket = Bucket(rate=1, most=2)
        >>> [bucket.draw(0.0), bucket.draw(0.0), bucket.draw(0.0), bucket.draw(1.0)]
        [0, 0, 1, 0]
        """
        if self.left < 0:
            self.left, self.filled_at = self.most, now
        self.left = min(self.most, self.left + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.left >= 1:
            self.left -= 1
            return 0
        return max(1, ceil((1 - self.left) / self.rate))
