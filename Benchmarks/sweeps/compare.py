"""Whole Monte Carlo sweeps of the dense Hebbian network side by side: this program, numba, numpy, the hardware.

Every repetition measures all of them in turn, so that a busy machine slows all alike; the table has medians and the
range over repetitions, in 1e9 pattern updates (attempted flips times columns) per second of processor time. All of them
run the same Markov chain, so that the ratio of effective samples per second is that of pattern updates.
"""

import argparse
import statistics
import subprocess

from peers import Network

CASES = {
    "P=4 archetypes N=512 K=65536 T=0.87": (4, 512, 65536, 0.87, None),
    "P=4 archetypes N=512 K=65536 T=0.7": (4, 512, 65536, 0.7, None),
    "P=2 archetypes N=4096 K=400 T=0.25, near the transition": (2, 4096, 400, 0.25, None),
    "P=2 archetypes N=4096 K=400 T=0.2": (2, 4096, 400, 0.2, None),
    "P=2 archetypes N=4096 K=400 T=0.1, deep in retrieval": (2, 4096, 400, 0.1, None),
    "P=4 class means N=512 K=16384 M=8 r=.6 T=0.4": (4, 512, 16384, 0.4, (8, 0.6)),
}


def numbers(command):
    return [float(word) for word in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()]


def ours(studies, case, seconds, seed):
    order, n, k, temperature, examples = case
    words = [f"interactionOrder={order}", f"spinCount={n}", f"archetypeCount={k}", f"temperature={temperature}"]
    if examples:
        words += [f"examplesPerArchetype={examples[0]}", f"datasetQuality={examples[1]}"]
    return numbers([*studies, f"--seconds={seconds}", f"--seed={seed}", *words])


def spread(values):
    return f"{statistics.median(values) / 1e9:.2f} ({min(values) / 1e9:.2f}–{max(values) / 1e9:.2f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", required=True, help="the program `studies`")
    parser.add_argument("--limit", required=True, help="the compiled limit.c")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--command", default="sweeps", help=argparse.SUPPRESS)
    given = parser.parse_args()
    studies = [given.studies, given.command] if given.command else [given.studies]

    print("| case | acceptance ours, numba | ours | numba | numpy | limit | ours/numba | ours/limit |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, case in CASES.items():
        network, plain = Network(*case), Network(*case)
        for _ in range(3):
            network.sweep_numba()
        columns = {"ours": [], "numba": [], "numpy": [], "limit": []}
        acceptances = {"ours": [], "numba": []}
        for repetition in range(given.repetitions):
            rate, acceptance, _ = ours(studies, case, given.seconds, repetition + 1)
            columns["ours"].append(rate)
            acceptances["ours"].append(acceptance)
            rate, acceptance, _ = network.rate(network.sweep_numba, given.seconds)
            columns["numba"].append(rate)
            acceptances["numba"].append(acceptance)
            columns["numpy"].append(plain.rate(plain.sweep_numpy, given.seconds)[0])
            columns["limit"].append(numbers([given.limit, str(given.seconds / 2)])[0])
        middle = {key: statistics.median(values) for key, values in columns.items()}
        limited = case[4] is None
        print(
            f"| {name} | {statistics.median(acceptances['ours']):.4f}, {statistics.median(acceptances['numba']):.4f} | "
            + " | ".join(spread(columns[key]) for key in ("ours", "numba", "numpy"))
            + f" | {spread(columns['limit']) if limited else '–'} | {middle['ours'] / middle['numba']:.1f} | "
            + (f"{middle['ours'] / middle['limit']:.2f} |" if limited else "– |"),
            flush=True,
        )


if __name__ == "__main__":
    main()
