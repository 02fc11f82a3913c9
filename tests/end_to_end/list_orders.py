"""list_orders.py COUNT SEED: for rebuild_orders, COUNT random launches of this Python's regrtest, each as

    @log     what a run of it prints, as far as it tells the order: in parallel, with -q, or cut off
    @base    its selection, unshuffled, a name a line
    @order   the order in which it would start its tests

by libregrtest's own code, which is asked in this process as its main() asks it: a start for each would take minutes.
With a directory as third argument, log and order of some of them are written there as well, with the arguments, so
that real command lines can be compared.
"""
import contextlib
import functools
import io
import os
import random
import shlex
import sys

import test.libregrtest.main
from test.libregrtest import cmdline

libregrtest = sys.modules["test.libregrtest.main"]  # the package has a function of that name
sys.argv[0] = "regrtest"
os.listdir = (lambda cached: lambda path=".": list(cached(path)))(functools.lru_cache(None)(os.listdir))
count, seed = int(sys.argv[1]), int(sys.argv[2])
sample_to = sys.argv[3] if len(sys.argv) > 3 else None
chance = random.Random(seed)
new = not hasattr(libregrtest.Regrtest, "parse_args")
with contextlib.redirect_stdout(io.StringIO()) as help_text:
    try:
        cmdline._parse_args(["--help"])
    except SystemExit:
        pass
has_no_randomize = "--no-randomize" in help_text.getvalue()


def ask(argv):
    """The order for these arguments, the seed where one is printed, and whether it counted."""
    if new:
        regrtest = libregrtest.Regrtest(cmdline._parse_args(list(argv)))
        return list(regrtest.find_tests(None)[0]), regrtest.random_seed, regrtest.randomize
    regrtest = libregrtest.Regrtest()
    sys.argv[1:] = argv
    ns = regrtest.parse_args({})
    if ns is not None:  # 3.6
        regrtest.ns = ns
    regrtest.find_tests(None)
    ns = regrtest.ns
    return list(regrtest.selected), ns.random_seed if ns.randomize else None, ns.randomize


everything = ask([])[0]


def base(selected):
    return ask(selected)[0] if selected else everything


def selection():
    kind = chance.choice(["all", "names", "names", "exclude", "start"])
    if kind == "all":
        return []
    if kind == "names":
        names = [chance.choice(everything) for _ in range(chance.randrange(1, 80))]  # some of them twice
        if new and chance.random() < 0.3:
            names.insert(chance.randrange(len(names)), "test_asyncio")  # which stands for what is in it
        return names
    if kind == "exclude":
        return ["-x"] + chance.sample(everything, chance.randrange(1, 6))
    return [chance.choice(["-S", "--start="]), chance.choice(everything)]


def glued(words):
    """--start= and its value are one word."""
    return [words[0] + words[1]] if words[:1] == ["--start="] else words


def shuffling():
    number = chance.choice([chance.randrange(10_000_000), chance.getrandbits(32), chance.getrandbits(100),
                            -chance.getrandbits(31), 0])
    given = "--randseed=%d" % number
    ways = [[], ["-r"], [given], ["-r", given], ["-w", "-r", given]]
    if new:
        ways += [["--fast-ci"], ["--slow-ci", given], ["--fast-ci", given]]
    if has_no_randomize:
        ways += [[given, "--no-randomize"], ["--slow-ci", given, "--no-randomize"]]
    return chance.choice(ways)


def progress(index, total, name, result):
    return "0:00:01 load avg: 1.00 [%*d/%d] %s%s" % (len(str(total)), index, total, name, result)


def log(argv, order, printed_seed):
    total = len(order)
    workers = chance.randrange(1, 9)
    shape = chance.choice(["parallel", "parallel", "quiet", "cut"])
    if shape == "parallel":
        argv = argv + ["-j%d" % workers]
    lines = ["./python -E -m test " + " ".join(shlex.quote(word) for word in argv)]
    if printed_seed is not None:
        lines.append("Using random seed%s %s" % (":" if new else "", printed_seed))
    number = "%d tests" % total if new else "tests"
    how = "sequentially" if shape != "parallel" else "in parallel using %d %s processes" % (
        workers, "worker" if new else "child")
    lines.append("0:00:00 load avg: 1.00 Run %s %s" % (number, how))
    if shape == "cut":
        for i in range(chance.randrange(0, total)):
            lines.append(progress(i + 1, total, order[i], ""))
    elif shape == "parallel":
        waiting, running = list(order), []
        for i in range(total):
            while waiting and len(running) < workers:
                running.append(waiting.pop(0))
            lines.append(progress(i + 1, total, running.pop(chance.randrange(len(running))), " passed"))
    return argv, lines


for i in range(count):
    selected, shuffled = glued(selection()), shuffling()
    argv = shuffled + selected
    order, printed_seed, counts = ask(argv)
    if not order:
        continue
    whole, lines = log(argv, order, printed_seed)
    sys.stdout.write("\n".join(["@log", *lines, "@base", *base(selected), "@order", *order, "@end", ""]))
    if sample_to and i % (count // 4) == 0:
        path = os.path.join(sample_to, "%d" % i)
        with open(path + ".log", "w") as file:
            file.write("\n".join(lines) + "\n")
        with open(path + ".argv", "w") as file:
            file.write("\n".join((["--randseed=%s" % printed_seed] if counts else []) + argv) + "\n")
