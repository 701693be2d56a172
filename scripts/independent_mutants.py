#!/usr/bin/env python3
"""The third mutation score: bugs that nobody chose, in code that is not the reference's.

Makes mutants of tests/independent/adapter.py, one change each, and asks each the cases: with the default policies, then with
every other value of every policy, and with the combinations that cases name. The first answer that is not as expected
kills a mutant, and so do an exception and the time limit. Verdict, output, code and data count, by the rules of
docs/protocol.md; reasons do not, and so no string that is a reason is changed.

Usage: spontan vectors export --format json --output vectors.json; scripts/independent_mutants.py vectors.json [FUNCTION…]

It prints each survivor (function, line, the code and what became of it), and last the counts. A survivor is a missing case, or
no bug: a change that no input shows, or one that the specs allow. Those known to be no bug stand with their reasons in
tests/independent/equivalent_mutants.txt and are counted apart. The exit status is 1 if there are others, or if a mutant of that
list is killed or is not made any more.
"""
import ast
import collections
import concurrent.futures
import copy
import itertools
import json
import multiprocessing
import os
import re
import resource
import signal
import sys
import threading
import time
import types
from pathlib import Path

INDEPENDENT = Path(__file__).resolve().parent.parent / "tests" / "independent"
SOURCE = (INDEPENDENT / "adapter.py").read_text()
EQUIVALENT = INDEPENDENT / "equivalent_mutants.txt"
# Functions whose results are remembered from the sound run, and what a mutant must not touch for that. No policy is asked there.
SLOW = {"multiply": {"jac_double", "jac_add", "multiply", "P"}, "chacha20": {"chacha20"}}
WITH_POLICIES = {"tlv.decode", "keysend.receive", "shared_secret.receive", "node.sequence", "amp.sequence", "failure.open",
                 "features.may_pay", "payer.sequence"}
# How the adapter talks, and what stands outside of functions; the policies, which the runs set; a table of feature bits, of which
# cases set a few (docs/protocol.md, "features.may_pay").
LEFT_OUT = {"main", "POLICIES", "BOLT_9"}
DEFAULTS = {}
CASE_LIMIT, MUTANT_LIMIT, WORKERS = 5, 600, 2  # seconds of computing, seconds
OTHER = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE), ast.NotEq: (ast.Eq, ast.Lt, ast.Gt), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.And: (ast.Or,), ast.Or: (ast.And,),
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Add,), ast.FloorDiv: (ast.Mult,), ast.Pow: (ast.Mult,),
    ast.LShift: (ast.RShift,), ast.RShift: (ast.LShift,), ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
    ast.BitXor: (ast.BitOr,),
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


# ---------------------------------------------------------------- making mutants

def without(items, index):
    return items[:index] + items[index + 1:]


def swapped(items, index):
    return [*items[:index], items[index + 1], items[index], *items[index + 2:]]


def is_text(node):
    """A name of something: it has no order, and one in the place of another is mostly a reason."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def constants(value, reasons):
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1, value - 1]
        case str() if value not in reasons:
            return [{"big": "little"}.get(value, value + "x")]
        case bytes():
            return [value[:-1] + bytes([value[-1] ^ 1]) if value else b"\0"]
    return []


def changes(node, reasons):
    """What may stand in the place of an expression or a statement."""
    def but(**fields):
        changed = copy.copy(node)
        vars(changed).update(fields)
        return changed

    match node:
        case ast.Constant():
            yield from map(ast.Constant, constants(node.value, reasons))
        case ast.Compare():
            for index, op in enumerate(node.ops):
                others = OTHER[type(op)][:1] if is_text(node.comparators[index]) else OTHER[type(op)]
                yield from (but(ops=[*node.ops[:index], other(), *node.ops[index + 1:]]) for other in others)
        case ast.BoolOp():
            yield but(op=OTHER[type(node.op)][0]())
            yield from (but(values=without(node.values, index)) for index in range(len(node.values)))
        case ast.BinOp():
            yield from (but(op=other()) for other in OTHER.get(type(node.op), ()))
            yield from (node.left, node.right)
            has_number = any(isinstance(part, ast.Constant) and type(part.value) is int for part in ast.walk(node))
            if not isinstance(node.op, (ast.Mult, ast.BitAnd, ast.BitOr, ast.BitXor)) and not has_number:
                yield but(left=node.right, right=node.left)
        case ast.UnaryOp():
            yield node.operand
        case ast.IfExp():
            yield from (node.body, node.orelse)
        case ast.Slice():
            for field in ("lower", "upper"):
                if bound := getattr(node, field):
                    yield but(**{field: None})
                    yield from (but(**{field: ast.BinOp(bound, op(), ast.Constant(1))}) for op in (ast.Add, ast.Sub))
        case ast.Tuple(ctx=ast.Load()) | ast.List(ctx=ast.Load()) | ast.Set():
            yield from (but(elts=without(node.elts, index)) for index in range(len(node.elts)))
            if not isinstance(node, ast.Set):
                yield from (but(elts=swapped(node.elts, index)) for index in range(len(node.elts) - 1))
        case ast.Dict():
            for index in range(len(node.keys)):
                yield but(keys=without(node.keys, index), values=without(node.values, index))
            yield from (but(values=swapped(node.values, index)) for index in range(len(node.keys) - 1))
        case ast.Call(func=ast.Name(id=name)) if name in NAMES:
            yield but(func=ast.Name(NAMES[name], ast.Load()))
        case ast.Call(func=ast.Name(id="sorted" | "reversed")):
            yield node.args[0]
        case ast.Call():
            pairs = enumerate(itertools.pairwise(node.args))
            yield from (but(args=swapped(node.args, index)) for index, pair in pairs if not all(map(is_text, pair)))
        case ast.comprehension():
            yield from (but(ifs=without(node.ifs, index)) for index in range(len(node.ifs)))
        case ast.Raise() | ast.Delete() | ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.AugAssign():
            yield ast.Pass()
            yield from (but(op=other()) for other in OTHER.get(type(node.op), ()))
        case ast.If() | ast.While():
            yield but(test=ast.UnaryOp(ast.Not(), node.test))
            yield but(body=[ast.Pass()])
            yield but(test=ast.Constant(True)) if isinstance(node, ast.If) else but(body=[*node.body, ast.Break()])
        case ast.For():
            yield but(body=[*node.body, ast.Break()])
            items = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
            yield but(iter=ast.Subscript(items, ast.Slice(ast.Constant(1)), ast.Load()))
        case ast.Return(value=ast.expr()) if not isinstance(node.value, ast.Constant):
            yield but(value=None)
        case ast.FunctionDef():
            yield but(body=[ast.Return(None), *node.body])


def mutants(reasons, only):
    """Every mutant, or those of some functions: function or constant, line, what was there and what is there instead, code."""
    tree = ast.parse(SOURCE)
    for place in tree.body:
        name = ast.unparse(place.targets[0]) if isinstance(place, ast.Assign) else getattr(place, "name", "main")
        if name in LEFT_OUT or only and name not in only:
            continue
        sound = ast.unparse(place)
        seen = {sound}
        for parent in [ast.Module([place]), *ast.walk(place)]:
            for field, value in ast.iter_fields(parent):
                for index, node in enumerate(value if isinstance(value, list) else [value]):
                    is_docstring = isinstance(parent, ast.Expr) and isinstance(node, ast.Constant)
                    if not isinstance(node, ast.AST) or isinstance(parent, ast.JoinedStr) or is_docstring:
                        continue
                    for changed in changes(node, reasons):
                        put(parent, field, index, changed)
                        mutant = parent.body[0] if isinstance(parent, ast.Module) else place
                        text = ast.unparse(ast.fix_missing_locations(mutant))
                        if text not in seen:
                            seen.add(text)
                            body = [ast.parse(text).body[0] if other is place else other for other in tree.body]
                            code = compile(ast.Module(body, []), "mutant", "exec")
                            line = getattr(node, "lineno", getattr(parent, "lineno", place.lineno))
                            yield name, line, difference(sound, text), code
                        put(parent, field, index, node)


def put(parent, field, index, node):
    if isinstance(getattr(parent, field), list):
        getattr(parent, field)[index] = node
    else:
        setattr(parent, field, node)


def difference(before, after):
    """The first line that differs, of a long one what stands around the place."""
    before, after = before.splitlines(), after.splitlines()
    old, new = next(((one, other) for one, other in zip(before, after) if one != other), (before[-1], after[-1]))
    front = max(len(os.path.commonprefix([old, new])) - 50, 0) if len(old) > 120 else 0
    back = max(len(os.path.commonprefix([old[::-1], new[::-1]])) - 50, 0) if len(old) > 120 else 0
    return "  →  ".join(line[front:len(line) - back].strip() for line in (old, new))


# ---------------------------------------------------------------- asking them

def as_expected(expected, actual):
    """An output; HTLCs that fail in a sequence are compared like rejections, and so are attempts that are not made."""
    if isinstance(expected, dict) and isinstance(actual, dict) and expected.get("outcome") == "not_sent":
        return actual.get("outcome") == "not_sent" and "reason" in actual
    if isinstance(expected, dict) and isinstance(actual, dict) and expected.get("outcome") == "failed":
        return (actual.get("outcome"), actual.get("htlc")) == ("failed", expected["htlc"]) and fails(expected, actual)
    if isinstance(expected, (list, dict)):
        keys = range(len(expected)) if isinstance(expected, list) else expected.keys()
        return (type(expected), len(expected)) == (type(actual), len(actual)) and all(
            (isinstance(expected, list) or key in actual) and as_expected(expected[key], actual[key]) for key in keys)
    return type(expected) is type(actual) and expected == actual


def fails(expected, actual):
    codes = expected.get("codes")
    if not codes or "reason" not in actual:
        return "reason" in actual
    data = expected.get("data", {}).get(actual.get("code"), actual.get("data"))
    return actual.get("code") in codes and actual.get("data") == data


def passes(module, case, choice):
    chosen = {**module.OWN, **choice}
    module.POLICIES.update(chosen)
    chosen = {**DEFAULTS, **choice}
    [expected] = (one for one in case["expect"] if one.get("when", {}).items() <= chosen.items())
    try:
        accepted = module.OPERATIONS[operation(case)](case["input"])
        return "accept" in expected and as_expected(expected["accept"], json.loads(json.dumps(accepted)))
    except module.Reject as refusal:
        return "reject" in expected and fails(expected["reject"], refusal.answer())


def operation(case):
    return case["id"].split("/")[0]


def load(code):
    module = types.ModuleType("mutant")
    exec(code, vars(module))
    module.OWN = dict(module.POLICIES)
    return module


def first_failure(module, runs, order):
    """The number of the first run, a case with a choice of policies, that a module fails."""
    for number in order:
        # Who computes for longer is ended by the system.
        signal.setitimer(signal.ITIMER_VIRTUAL, CASE_LIMIT)
        try:
            if not passes(module, *runs[number]):
                return number
        except Exception:
            return number
    return None


def choices(cases):
    """Every other value of every policy, one at a time; and the combinations of a case."""
    named = {tuple(sorted(one.get("when", {}).items() - DEFAULTS.items())) for case in cases for one in case["expect"]}
    single = {(item,) for when in named for item in when}
    return [dict(choice) for choice in sorted(single)], [dict(choice) for choice in sorted(named - single - {()})]


def all_runs(cases, sound):
    """The runs that every mutant has to pass, cheap ones first. The sound module must pass them."""
    cost = {}
    for case in cases:
        start = time.perf_counter()
        if not passes(sound, case, {}):
            sys.exit(f"the adapter itself fails {case['id']}")
        cost[case["id"]] = time.perf_counter() - start
    cases = sorted(cases, key=lambda case: cost[case["id"]])
    single, several = choices(cases)
    asked = [case for case in cases if operation(case) in WITH_POLICIES]
    runs = [(case, {}) for case in cases] + [(case, choice) for choice in single for case in asked]
    combined = [case for case in asked if any(len(one.get("when", {})) > 1 for one in case["expect"])]
    runs += [(case, choice) for choice in several for case in combined]
    for case, choice in runs:
        if not passes(sound, case, choice):
            sys.exit(f"the adapter itself fails {case['id']} with {choice}")
    return runs, len(cases)


def remembering(function):
    known = {}

    def remembered(*arguments):
        if arguments not in known:
            known[arguments] = function(*arguments)
        return known[arguments]
    return remembered


def judge(name, code, runs, order, memory):
    """The number of the run that kills a mutant; -1 if it cannot be loaded, or must be stopped; none for a survivor."""
    mine, other = multiprocessing.Pipe(duplex=False)

    def child():
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        sys.stderr = open(os.devnull, "w")
        module = load(code)
        for slow in SLOW:
            # What a mutant has changed it remembers by itself.
            setattr(module, slow, remembering(getattr(module, slow)) if name in SLOW[slow] else memory[slow])
        other.send(first_failure(module, runs, order))

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    other.close()
    try:
        return mine.recv() if mine.poll(MUTANT_LIMIT) else -1
    except EOFError:
        return -1
    finally:
        process.kill()
        process.join()


def survivors(made, runs, count, memory, listed, counts):
    """Judges every mutant; the survivors as they are found. What killed the last ones is asked first."""
    lock, killers, alive = threading.Lock(), [], []

    def work():
        while True:
            with lock:
                mutant = next(made, None)
                first = killers[:20]
            if mutant is None:
                return
            name, line, change, code = mutant
            runs_of_it = count if any(name in touched for touched in SLOW.values()) else len(runs)
            order = [*first, *(number for number in range(runs_of_it) if number not in first)]
            found = judge(name, code, runs, order, memory)
            with lock:
                counts["made"] += 1
                counts["killed"] += found is not None
                if found is None:
                    alive.append((line, f"{name}: {change}"))
                    if alive[-1][1] not in listed:
                        print(f"{line}: {alive[-1][1]}", flush=True)
                elif found >= 0:
                    killers[:] = [found, *(number for number in killers if number != found)][:100]

    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for worker in [pool.submit(work) for _ in range(WORKERS)]:
            worker.result()
    return sorted(alive)


def main():
    os.environ.pop("ORACLE_POLICIES", None)
    vectors, *only = sys.argv[1:]
    cases = [case for suite in json.loads(Path(vectors).read_text())["suites"] for case in suite["cases"]]
    sound = load(compile(SOURCE, "adapter.py", "exec"))
    DEFAULTS.update(sound.POLICIES)
    memory = {name: remembering(getattr(sound, name)) for name in SLOW}
    vars(sound).update(memory)
    runs, count = all_runs(cases, sound)
    broken = load(compile(SOURCE.replace("value < 0xFD:", "value < 0xFE:", 1), "broken", "exec"))
    if first_failure(broken, runs, range(count)) is None:
        sys.exit("a seeded bug is not found")
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    print(f"{len(runs)} runs, all of which the adapter itself passes", flush=True)

    counts = collections.Counter()
    reasons = set(re.findall(r'"reason": "(\w+)"', json.dumps(cases)))
    made = mutants(reasons, only)
    listed = {line for line in EQUIVALENT.read_text().splitlines() if line and not line.startswith("#")}
    alive = survivors(made, runs, count, memory, listed, counts)
    missing = [survivor for survivor in alive if survivor[1] not in listed]
    asked = {change for change in listed if not only or change.split(":")[0] in only}
    stale = asked - {change for _, change in alive}
    for change in sorted(stale):
        print(f"no survivor any more: {change}")
    able = counts["made"] - len(alive) + len(missing)
    print(f"{counts['made']} mutants, {counts['killed']} killed, {len(alive) - len(missing)} known to be no bug, "
          f"{len(missing)} survivors: {100 * counts['killed'] / able:.1f} %")
    return 1 if missing or stale else 0


if __name__ == "__main__":
    sys.exit(main())
