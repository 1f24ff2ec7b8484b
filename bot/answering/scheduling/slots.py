"""How many model requests run at a time: fewer when the provider says 429, more again as answers come."""

from __future__ import annotations


class Slots:
    """Additive increase, multiplicative decrease between 1 and `most`, so that several bots on one quota
    find their shares without speaking to each other.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.limit = most
        self.in_use = 0
        self._epoch = 0
        self._successes = 0

    @property
    def free(self) -> bool:
        return self.in_use < self.limit

    def take(self) -> int:
        """The epoch in which the slot was taken, for `overloaded`."""
        self.in_use += 1
        return self._epoch

    def give_back(self) -> None:
        self.in_use -= 1

    def overloaded(self, epoch: int) -> None:
        """A request of that epoch got 429: halves the limit, once for all the requests that began before
        the last halving.
        """
        if epoch == self._epoch:
            self.limit = max(1, self.limit // 2)
            self._epoch += 1
            self._successes = 0

    def succeeded(self) -> None:
        """One more slot after as many answers as there are slots."""
        if self.limit == self.most:
            return
        self._successes += 1
        if self._successes >= self.limit:
            self.limit += 1
            self._successes = 0
