"""A suite of tests that take their real time, and the log of a run in which one of them made another fail.

    generate_suite.py PYTHON SEED TESTS SECONDS DURATIONS DIRECTORY

Writes DIRECTORY/suite/test_*.py, DIRECTORY/log and DIRECTORY/order, and prints the seconds that all tests take in sum, the
victim and the polluter. The tests sleep what is drawn from the table DURATIONS, scaled to SECONDS in sum. Which one runs
last and is the victim, the runner's own shuffle tells, and the polluter is any other: all that can tell them apart before
they are run is their time, since their sources use the same names.
"""
import pathlib
import random
import subprocess
import sys

VICTIM_SECONDS = 0.3
RUNNER_SECONDS = 0.03  # what regrtest itself takes for each test, on two cores that are in use

MODULE = """\
import sys, time, unittest

class T(unittest.TestCase):
    def test_it(self):
        time.sleep({seconds:.3f})
        self.assertTrue({condition})
        {last}
"""
ROLES = {
    "victim": ("not hasattr(sys, 'left_behind')", "'left_behind'"),
    "polluter": ("'left_behind'", "sys.left_behind = True"),
    "other": ("hasattr(sys, 'path')", "'left_behind'"),
}


def draw_seconds(choice, table, count, total):
    """What the suspects take: as uneven as what CPython's tests take on a quiet machine."""
    recorded = [float(line.split("\t")[1]) for line in pathlib.Path(table).read_text().splitlines()
                if not line.startswith("#")]
    drawn = choice.sample(recorded, count)
    return [seconds * total / sum(drawn) for seconds in drawn]


def shuffled(python, seed, suite, names):
    """In the order of the runner's own -r --randseed."""
    argv = [python, "-m", "test", "--testdir", str(suite), "-r", "--randseed", str(seed)]
    listed = subprocess.run(argv + ["--list-tests"] + names, check=True, capture_output=True, text=True).stdout
    order = [line for line in listed.splitlines() if line.startswith("test_")]
    assert sorted(order) == sorted(names), listed
    return argv + names, order


def log_of(argv, seed, order, seconds):
    """What the regrtest of 3.11 prints of the run, with its time stamps in whole seconds."""
    yield " ".join(argv)
    yield f"Using random seed {seed}"
    yield "0:00:00 load avg: 0.50 Run tests sequentially"
    now = 0.0
    width = len(str(len(order)))
    for number, name in enumerate(order, 1):
        yield f"0:{int(now) // 60:02}:{int(now) % 60:02} load avg: 0.50 [{number:{width}}/{len(order)}] {name}"
        now += seconds[name] + RUNNER_SECONDS
    victim = order[-1]
    yield f"test {victim} failed -- Traceback (most recent call last):"
    yield f'  File "/suite/{victim}.py", line 6, in test_it'
    yield f"    self.assertTrue({ROLES['victim'][0]})"
    yield "AssertionError: False is not true"
    yield f"\n{victim} failed (1 failure)\n\n== Tests result: FAILURE ==\n"
    yield f"{len(order) - 1} tests OK.\n\n1 test failed:\n    {victim}\n"
    yield f"Total duration: {now:.1f} sec\nTests result: FAILURE"


def main(python, seed, count, total, table, directory):
    directory = pathlib.Path(directory).resolve()
    suite = directory / "suite"
    suite.mkdir(parents=True)
    choice = random.Random(f"suite {seed}")
    names = [f"test_s{number:03}" for number in range(int(count))]
    argv, order = shuffled(python, seed, suite, names)
    *suspects, victim = order
    polluter = choice.choice(suspects)
    seconds = dict(zip(suspects, draw_seconds(choice, table, len(suspects), float(total) - VICTIM_SECONDS)))
    seconds[victim] = VICTIM_SECONDS
    for name in names:
        role = "victim" if name == victim else "polluter" if name == polluter else "other"
        condition, last = ROLES[role]
        (suite / f"{name}.py").write_text(MODULE.format(seconds=seconds[name], condition=condition, last=last))
    (directory / "log").write_text("\n".join(log_of(argv, seed, order, seconds)) + "\n")
    (directory / "order").write_text("\n".join(order) + "\n")
    print(f"{sum(seconds.values()) + RUNNER_SECONDS * len(names):.1f} {victim} {polluter}")


main(*sys.argv[1:])
