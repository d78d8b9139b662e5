"""The same Monte Carlo in numba and in plain numpy, as a careful researcher would write it.

Incremental overlaps, rows of int8 (±1) or int16 (class means), float32 differences, fastmath; heat bath, random site
order. Everything that a flip changes is kept up to date; nothing is computed twice within an attempt.
"""

import math
import time

import numba
import numpy as np


def distinct(order, n):
    """Coefficients a2, a4 of G(x) = a4 x^4 + a2 V x^2 (+ const.), distinct indices, and the falling factorial."""
    if order == 2:
        return 1.0, 0.0, n * (n - 1)
    return -(6 - 8 / n), 1.0, n * (n - 1) * (n - 2) * (n - 3)


@numba.njit(fastmath=True)
def sweep_signs(rows, spins, overlaps, odd, state, sites, weight, beta, o1, o3, e0, e2):
    n, columns = rows.shape
    flips = 0
    np.random.shuffle(sites)
    even = state[0]
    for k in range(n):
        i = sites[k]
        row = rows[i]
        field = np.float32(0)
        for c in range(columns):
            field += row[c] * odd[c]
        along = weight / 2 * (even + spins[i] * field)
        if np.random.random() * (1 + math.exp(2 * beta * along)) < 1:
            shift = np.float32(-2 * spins[i])
            squares = np.float32(0)
            for c in range(columns):
                x = overlaps[c] + shift * row[c]
                square = x * x
                overlaps[c] = x
                odd[c] = x * (o1 + o3 * square)
                squares += square
            even = e0 * columns + e2 * squares
            spins[i] = -spins[i]
            flips += 1
    state[0] = even
    return flips


@numba.njit(fastmath=True)
def sweep_integers(rows, spins, overlaps, linear, sites, weight, beta):
    n, columns = rows.shape
    flips = 0
    np.random.shuffle(sites)
    for k in range(n):
        i = sites[k]
        row = rows[i]
        spin = np.float32(spins[i])
        field = np.float32(0)
        for c in range(columns):
            y = np.float32(row[c])
            x = overlaps[c] - y * spin
            field += x * y * (np.float32(4) * (x * x + y * y) + linear[c])
        along = weight * spins[i] * field
        if np.random.random() * (1 + math.exp(2 * beta * along)) < 1:
            for c in range(columns):
                overlaps[c] -= np.float32(2) * spin * row[c]
            spins[i] = -spins[i]
            flips += 1
    return flips


@numba.njit(fastmath=True)
def energy(overlaps, variances, weight, a2, a4):
    total = 0.0
    for c in range(overlaps.size):
        square = overlaps[c] * overlaps[c]
        total += square * (a4 * square + a2 * variances[c])
    return -weight * total


class Network:
    """A sample that starts in archetype 1; `examples` is None for clean archetypes, else (M, r), supervised."""

    def __init__(self, order, n, k, temperature, examples=None, seed=1):
        random = np.random.default_rng(seed)
        archetypes = (2 * random.integers(0, 2, (n, k), dtype=np.int8) - 1).astype(np.int8)
        a2, a4, norm = distinct(order, n)
        self.beta, self.is_signs = 1 / temperature, examples is None
        self.a2, self.a4 = a2, a4
        self.archetype = archetypes[:, 0].copy()
        self.spins = archetypes[:, 0].copy()
        self.sites = np.arange(n)
        if self.is_signs:
            self.rows = archetypes
            self.weight = n / 2 / norm
        else:
            m, r = examples
            variance = r * r + (1 - r * r) / m
            self.rows = archetypes * (2 * random.binomial(m, (1 + r) / 2, (n, k)) - m).astype(np.int16)
            self.weight = n / 2 / (norm * (variance * m * m) ** (order // 2))
        self.overlaps = (self.spins @ self.rows.astype(np.float32)).astype(np.float32)
        self.variances = (self.rows.astype(np.float32) ** 2).sum(0)
        self.o1, self.o3 = np.float32(4 * a2 * n + 32 * a4 if order == 4 else 4 * a2), np.float32(8 * a4)
        self.e0, self.e2 = (-16 * a4 - 4 * a2 * n, -24 * a4) if order == 4 else (-4 * a2, 0)
        self.odd = (self.overlaps * (self.o1 + self.o3 * self.overlaps**2)).astype(np.float32)
        self.linear = (2 * a2 * self.variances).astype(np.float32)
        self.state = np.array([self.e0 * k + self.e2 * (self.overlaps.astype(float) ** 2).sum()])

    def measure(self):
        """m and the energy, after every sweep."""
        return (
            float(self.spins @ self.archetype.astype(float)) / self.spins.size,
            energy(self.overlaps, self.variances, self.weight, self.a2, self.a4),
        )

    def sweep_numba(self):
        if self.is_signs:
            return sweep_signs(
                self.rows, self.spins, self.overlaps, self.odd, self.state, self.sites, self.weight, self.beta,
                self.o1, self.o3, np.float32(self.e0), np.float32(self.e2),
            )  # fmt: skip
        return sweep_integers(
            self.rows, self.spins, self.overlaps, self.linear, self.sites, self.weight, self.beta
        )

    def sweep_numpy(self):
        flips = 0
        np.random.shuffle(self.sites)
        for i in self.sites:
            row, spin = self.rows[i].astype(np.float32), np.float32(self.spins[i])
            if self.is_signs:
                along = self.weight / 2 * (self.state[0] + spin * np.dot(row, self.odd))
            else:
                x = self.overlaps - row * spin
                along = self.weight * spin * np.dot(x * row, 4 * (x * x + row * row) + self.linear)
            if np.random.random() * (1 + math.exp(min(2 * self.beta * along, 700))) < 1:
                self.overlaps -= 2 * spin * row
                self.spins[i] = -self.spins[i]
                if self.is_signs:
                    square = self.overlaps * self.overlaps
                    self.odd = self.overlaps * (self.o1 + self.o3 * square)
                    self.state[0] = self.e0 * row.size + self.e2 * float(square.sum(dtype=float))
                flips += 1
        return flips

    def rate(self, sweep, seconds):
        """Pattern updates per second of processor time, acceptance, m."""
        sweeps = flips = 0
        start = time.process_time()
        while time.process_time() - start < seconds:
            flips += sweep()
            magnetization, _ = self.measure()
            sweeps += 1
        elapsed = time.process_time() - start
        attempts = sweeps * self.spins.size
        return attempts * self.rows.shape[1] / elapsed, flips / attempts, magnetization
