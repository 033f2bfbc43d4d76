"""A keyed permutation of the places of a status list: an index tells nothing of when or in what order."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from array import array
from functools import lru_cache

from django.conf import settings

ROUNDS = 8


class Permutation:
    """A bijection of 0 … length - 1: a balanced Feistel network whose round functions are tables drawn from
    SHAKE-256 under the key, walked on until the result lies within the length (cycle walking)."""

    __slots__ = ("_half", "_mask", "_tables", "length")

    def __init__(self, key: bytes, length: int) -> None:
        if length < 2:
            raise ValueError("a permutation of two or more places is needed")
        self.length = length
        self._half = ((length - 1).bit_length() + 1) // 2
        self._mask = (1 << self._half) - 1
        size = 1 << self._half
        stream = hashlib.shake_256(key).digest(ROUNDS * size * 4)
        drawn = array("I", stream)
        self._tables = [
            tuple(number & self._mask for number in drawn[i * size : (i + 1) * size]) for i in range(ROUNDS)
        ]

    def __call__(self, position: int) -> int:
        """The place of the `position`-th. Raises IndexError outside of the length."""
        if not 0 <= position < self.length:
            raise IndexError(position)
        half, mask, place = self._half, self._mask, position
        while True:
            left, right = place >> half, place & mask
            for table in self._tables:
                left, right = right, left ^ table[right]
            place = left << half | right
            if place < self.length:
                return place


@lru_cache(maxsize=64)
def permutation_of(list_id: uuid.UUID, length: int) -> Permutation:
    """The permutation of one status list, keyed with STATUS_PERMUTATION_KEY."""
    key = hmac.digest(settings.STATUS_PERMUTATION_KEY, list_id.bytes, "sha256")
    return Permutation(key, length)
