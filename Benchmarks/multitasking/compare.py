"""The multitasking Hebbian network side by side with numba: attempted flips, class-collapsed sweeps, theory points.

Every repetition measures all of them in turn, so that a busy machine slows all alike; medians of processor time, with the
range over repetitions.
"""

import argparse
import statistics
import subprocess
import time

from peers import Network, theory

SWEEPS = [
    # N, C, d, T
    (5000, 8, 0.4, 0.05),
    (5000, 8, 0.4, 0.3),
    (1_000_000, 8, 0.4, 0.05),
    (1_000_000, 3, 0.4, 0.05),
]
CLASSES = [(1_000_000, 3, 0.4, 0.05), (1_000_000, 3, 0.4, 0.3)]
POINTS = [(12, 0.4, 0.05), (40, 0.4, 0.05)]


def ours(studies, what, n, k, d, t, seconds, seed):
    command = [
        studies, "multitasking", "--what", what, "--neuron-count", str(n), "--pattern-count", str(k),
        "--dilution", str(d), "--temperature", str(t), "--seconds", str(seconds), "--seed", str(seed),
    ]  # fmt: skip
    return [float(word) for word in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()]


def spread(values, unit):
    return f"{statistics.median(values) * unit:.3g} ({min(values) * unit:.3g}–{max(values) * unit:.3g})"


def ratio(others, own):
    return f"{statistics.median(others) / statistics.median(own):.1f}"


def compare_sweeps(given):
    print("| attempted flips, ns | acceptance ours, numba | ours | numba | numba/ours |")
    print("| --- | --- | --- | --- | --- |")
    for n, c, d, t in SWEEPS:
        network, own, other, acceptances = Network(n, c, d, t), [], [], []
        for repetition in range(given.repetitions):
            result = ours(given.studies, "plain", n, c, d, t, given.seconds, repetition + 1)
            own.append(result[1])
            rate, acceptance, _ = network.rate(given.seconds)
            other.append(rate)
            acceptances.append((result[2], acceptance))
        print(
            f"| N={n} C={c} d={d} T={t} | {acceptances[0][0]:.3f}, {acceptances[0][1]:.3f} | {spread(own, 1e9)} | "
            f"{spread(other, 1e9)} | {ratio(other, own)} |",
            flush=True,
        )


def compare_classes(given):
    print("\n| one sweep, µs | plain | classes | auxiliary fields | plain/auxiliary |")
    print("| --- | --- | --- | --- | --- |")
    for n, k, d, t in CLASSES:
        times = {what: [] for what in ("plain", "classes", "auxiliary")}
        for repetition in range(given.repetitions):
            for what, values in times.items():
                values.append(ours(given.studies, what, n, k, d, t, given.seconds, repetition + 1)[0])
        columns = " | ".join(spread(values, 1e6) for values in times.values())
        print(f"| N={n} K={k} d={d} T={t} | {columns} | {ratio(times['plain'], times['auxiliary'])} |", flush=True)


def compare_theory(given):
    print("\n| theory point, ms | ours | numba | numba/ours |")
    print("| --- | --- | --- | --- |")
    for k, d, t in POINTS:
        theory(k, d, t)
        own, other = [], []
        for _ in range(given.repetitions):
            own.append(ours(given.studies, "theory", 2, k, d, t, given.seconds, 1)[0])
            start, calls = time.process_time(), 0
            while time.process_time() - start < given.seconds:
                theory(k, d, t)
                calls += 1
            other.append((time.process_time() - start) / calls)
        print(f"| K={k} d={d} T={t} | {spread(own, 1e3)} | {spread(other, 1e3)} | {ratio(other, own)} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", required=True, help="the program `studies`")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    given = parser.parse_args()
    compare_sweeps(given)
    compare_classes(given)
    compare_theory(given)


if __name__ == "__main__":
    main()
