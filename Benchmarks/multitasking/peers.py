"""Glauber dynamics of the multitasking network in numba, as a careful researcher would write it.

Rows of int8, overlaps kept up to date, random sites, heat bath; nothing is computed twice within an attempt.
"""

import math
import time

import numba
import numpy as np


@numba.njit(fastmath=True)
def sweep(rows, squares, spins, overlaps, beta):
    """One sweep; overlaps are sums over sites, beta is 2/(T Gamma N)."""
    n, columns = rows.shape
    flips = 0
    for _ in range(n):
        i = np.random.randint(0, n)
        row = rows[i]
        spin = spins[i]
        field = np.float32(0)
        for c in range(columns):
            field += row[c] * overlaps[c]
        along = spin * field - squares[i]
        if np.random.random() * (1 + math.exp(beta * along)) < 1:
            for c in range(columns):
                overlaps[c] -= np.float32(2 * spin) * row[c]
            spins[i] = -spin
            flips += 1
    return flips


class Network:
    """A storage sample that starts in the hierarchical state."""

    def __init__(self, n, columns, dilution, temperature, seed=1):
        random = np.random.default_rng(seed)
        active = random.random((n, columns)) >= dilution
        self.rows = np.where(active, 2 * random.integers(0, 2, (n, columns)) - 1, 0).astype(np.int8)
        self.squares = np.abs(self.rows).sum(1).astype(np.float32)
        first = self.rows[np.arange(n), np.argmax(self.rows != 0, axis=1)]
        self.spins = np.where(first == 0, 1, first).astype(np.int8)
        self.overlaps = (self.spins.astype(np.float32) @ self.rows.astype(np.float32)).astype(np.float32)
        self.beta = 2 / (temperature * n)

    def sweep(self):
        return sweep(self.rows, self.squares, self.spins, self.overlaps, self.beta)

    def rate(self, seconds):
        """Seconds of processor time an attempted flip, fraction that flips, m of the first pattern."""
        self.sweep()
        sweeps = flips = 0
        start = time.process_time()
        while time.process_time() - start < seconds:
            flips += self.sweep()
            sweeps += 1
        attempts = sweeps * self.spins.size
        return (time.process_time() - start) / attempts, flips / attempts, float(self.overlaps[0]) / self.spins.size
