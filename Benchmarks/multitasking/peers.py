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


@numba.njit(fastmath=True)
def averages(a, dilution, with_hessian):
    """n = E[xi tanh h], and Hs with E[xi xi^T sech^2 h] where asked for, by the integrals of the page, section 3.2."""
    k_count = a.size
    period = 22.0 + 10.0 * np.abs(a).sum()
    step = 2 * math.pi / period
    nodes = int(27.0 / step) + 1
    n, square = np.zeros(k_count), np.zeros((k_count, k_count))
    phi, sines = np.empty(k_count), np.empty(k_count)
    before, after = np.empty(k_count + 1), np.empty(k_count + 1)
    for j in range(nodes):
        k = j * step
        weight = step if j > 0 else step / 2
        for mu in range(k_count):
            phi[mu] = dilution + (1 - dilution) * math.cos(k * a[mu])
            sines[mu] = (1 - dilution) * math.sin(k * a[mu])
        before[0] = after[k_count] = 1
        for mu in range(k_count):
            before[mu + 1] = before[mu] * phi[mu]
            after[k_count - 1 - mu] = after[k_count - mu] * phi[k_count - 1 - mu]
        inverse = 1 / math.sinh(math.pi * k / 2) if j > 0 else 0.0
        for mu in range(k_count):
            if j > 0:
                n[mu] += weight * sines[mu] * before[mu] * after[mu + 1] * inverse
            else:
                n[mu] += weight * 2 / math.pi * (1 - dilution) * a[mu]
        if with_hessian:
            factor = weight * (k * inverse if j > 0 else 2 / math.pi)
            for mu in range(k_count):
                square[mu, mu] += factor * (phi[mu] - dilution) * before[mu] * after[mu + 1]
                between = 1.0
                for nu in range(mu + 1, k_count):
                    value = -factor * sines[mu] * sines[nu] * before[mu] * between * after[nu + 1]
                    square[mu, nu] += value
                    square[nu, mu] += value
                    between *= phi[nu]
    return n, square


def theory(k, dilution, temperature):
    """The state reached from the hierarchical seed: iteration, then Newton steps, and the smallest eigenvalue of Hs."""
    n = (1 - dilution) * dilution ** np.arange(k)
    for _ in range(10000):
        image, _ = averages(n / temperature, dilution, False)
        residual = np.abs(image - n).max()
        if residual < 1e-13:
            break
        if residual < 1e-4:
            _, square = averages(n / temperature, dilution, True)
            hessian = np.eye(k) - square / temperature
            if np.linalg.eigvalsh(hessian)[0] > 1e-10:
                step = np.linalg.solve(hessian, image - n)
                if np.abs(step).max() < 0.05:
                    n = n + step
                    continue
        n = image
    _, square = averages(n / temperature, dilution, True)
    return n, np.linalg.eigvalsh(np.eye(k) - square / temperature)[0]
