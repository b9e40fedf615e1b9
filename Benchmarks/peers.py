"""Takes the steps of the benchmark's workloads in JAX, PyTorch, CasADi and NumPy.

    python3 Benchmarks/peers.py WORKLOADS [--rounds N] [--json FILE] [NAME...]

WORKLOADS is what `DescentBenchmark --prepare` wrote: `make bench-peers` does both. Each peer must
end where the C program ends, to 1e-9 relative, before it is timed; then both run in turns. One
thread, double precision. Compilation is not part of a time, except in W9, where it is all of it.
What is not installed is left out, and so is what a library has no sensible way for.
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time

# Before the libraries are there to read them.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"
sys.setrecursionlimit(1_000_000)

try:
    import numpy as np
except ImportError:
    sys.exit("peers: NumPy is not installed; nothing can be measured without it")


class Data:
    """The columns of a workload, and how many rows a step looks at."""

    def __init__(self, x, y, batch=None):
        self.x, self.y = np.load(x), np.load(y)
        self.batch = batch if batch else len(self.y)
        self.count = len(self.y) // self.batch


def softplus(module, z):
    """log(1 + exp(z)), by the library's own name for it: the first slope is at zero, where one put
    together from abs and max has none."""
    if module is np:
        return np.logaddexp(0, z)
    if module.__name__ == "torch":
        return module.nn.functional.softplus(z)
    return module.logaddexp(z, 0.0)


def network_start():
    """The weights and biases of W7, as the C program starts with them."""

    def waves(*shape):
        return 0.5 * np.sin(np.arange(1.0, 1 + np.prod(shape))).reshape(shape)

    return [waves(16, 784), waves(16), waves(16, 16), waves(16), waves(10, 16), waves(10)]


class Workload:
    """A cost, its start and its rate, said once for every library that has NumPy's names."""

    def __init__(self, entry):
        self.name, self.title = entry["name"], entry["title"]
        self.entry = entry
        arguments = entry["command"][2:]
        family = self.name.split(".")[0]
        self.data = None
        self.rate = float(arguments[0]) if family not in ("W8", "W9") else None
        if family == "W1":
            self.start = [np.float64(10)]
            self.cost = lambda m, p, d: p[0] ** 2 + 3 * p[0]
            self.end = lambda p, c: p
        elif family == "W2":
            self.start = [np.float64(-1.2), np.float64(1)]
            self.cost = lambda m, p, d: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
            self.end = lambda p, c: p
        elif family == "W3":
            self.start = [np.float64(1)] * 3
            self.cost = lambda m, p, d: (
                m.sin(1.3 * p[0]) + m.exp(-(p[1] ** 2)) + m.log(1 + m.exp(p[2] * p[0]))
                + m.tanh(p[1] * p[2]))
            self.end = lambda p, c: p
        elif family == "W4":
            self.start = [np.linspace(-1, 1, int(arguments[3]))]
            self.cost = lambda m, p, d: (
                100 * (p[0][1:] - p[0][:-1] ** 2) ** 2 + (1 - p[0][:-1]) ** 2).sum()
            self.end = lambda p, c: [c, p[0][0], p[0][-1], p[0].sum()]
        elif family == "W5":
            self.data = Data(arguments[1], arguments[2], int(arguments[3]))
            self.start = [np.zeros(10), np.float64(0)]

            def logistic(m, p, d):
                z = d[0] @ p[0] + p[1]
                return (softplus(m, z) - d[1] * z).mean()

            self.cost = logistic
            self.end = lambda p, c: [c, p[1], p[0].sum(), p[0][0], p[0][-1]]
        elif family == "W6":
            self.data = Data(arguments[1], arguments[2])
            self.start = [np.zeros(3), np.float64(0)]
            self.cost = lambda m, p, d: ((d[0] @ p[0] + p[1] - d[1]) ** 2).mean()
            self.end = lambda p, c: [c, p[1], *p[0]]
        elif family == "W7":
            self.data = Data(arguments[1], arguments[2], 32)
            self.data.y = np.eye(10)[self.data.y.astype(int) - 1]
            self.start = network_start()

            def network(m, p, d):
                a = d[0]
                for w, b in (p[0:2], p[2:4], p[4:6]):
                    a = 1 / (1 + m.exp(-(a @ w.T + b)))
                return ((a - d[1]) ** 2).sum(1).mean()

            self.cost = network
            self.end = lambda p, c: [c, p[5].sum(), (p[5] ** 2).sum(), p[0].sum()]
        elif family == "W8":
            self.steps, self.count = int(arguments[0]), int(arguments[1])
            self.rates = float(arguments[2]) + np.arange(self.count) * float(arguments[3])
            self.x, self.y = float(arguments[4]), float(arguments[5])

    def is_family(self, *names):
        return self.name.split(".")[0] in names

    def needs_cost(self):
        return self.is_family("W4")

    def final(self, parameters):
        """What the C program prints of an end, computed by NumPy."""
        parameters = [np.asarray(value) for value in parameters]
        data = (self.data.x, self.data.y) if self.data else None
        cost = None if self.is_family("W1", "W2", "W3") else self.cost(np, parameters, data)
        return [float(value) for value in self.end(parameters, cost)]


def numpy_gradient(workload):
    """The slopes as a person writes them in NumPy: the cost too where the step needs it."""

    def valley(p, d):
        x = p[0]
        e, u = 1 - x[:-1], x[1:] - x[:-1] ** 2
        slope = np.zeros_like(x)
        slope[:-1] = -400 * x[:-1] * u - 2 * e
        slope[1:] += 200 * u
        return (100 * u * u + e * e).sum(), [slope]

    def logistic(p, d):
        r = (1 / (1 + np.exp(-(d[0] @ p[0] + p[1]))) - d[1]) / len(d[1])
        return None, [r @ d[0], r.sum()]

    def linear(p, d):
        r = (d[0] @ p[0] + p[1] - d[1]) * (2 / len(d[1]))
        return None, [r @ d[0], r.sum()]

    def network(p, d):
        a = [d[0]]
        for w, b in (p[0:2], p[2:4], p[4:6]):
            a.append(1 / (1 + np.exp(-(a[-1] @ w.T + b))))
        delta = 2 / len(d[1]) * (a[3] - d[1]) * a[3] * (1 - a[3])
        slopes = []
        for layer in (2, 1, 0):
            slopes = [delta.T @ a[layer], delta.sum(0)] + slopes
            if layer:
                delta = delta @ p[2 * layer] * a[layer] * (1 - a[layer])
        return None, slopes

    def quadratic(p, d):
        return None, [2 * p[0] + 3]

    def rosenbrock(p, d):
        u = p[1] - p[0] ** 2
        return None, [-2 * (1 - p[0]) - 400 * p[0] * u, 200 * u]

    def elementary(p, d):
        a, b, c = p
        sigmoid, slope = 1 / (1 + np.exp(-c * a)), 1 - np.tanh(b * c) ** 2
        return None, [
            1.3 * np.cos(1.3 * a) + c * sigmoid, c * slope - 2 * b * np.exp(-b * b),
            a * sigmoid + b * slope]

    return {
        "W1": quadratic, "W2": rosenbrock, "W3": elementary, "W4": valley, "W5": logistic,
        "W6": linear, "W7": network}[workload.name.split(".")[0]]


def batches(workload, convert):
    """The rows of each step of a pass."""
    data = workload.data
    if data is None:
        return [None]
    parts = []
    for k in range(data.count):
        rows = slice(k * data.batch, (k + 1) * data.batch)
        parts.append((convert(data.x[rows]), convert(data.y[rows])))
    return parts


class NumPy:
    name = f"NumPy {np.__version__}"

    def prepare(self, workload):
        """A function from a step count to where that many steps end."""
        if workload.is_family("W9"):
            return None
        if workload.is_family("W8"):
            return lambda times: self.sweep(workload, times)
        gradient, parts = numpy_gradient(workload), batches(workload, lambda array: array)

        def run(steps):
            p = [np.array(value) for value in workload.start]
            for k in range(steps):
                cost, slopes = gradient(p, parts[k % len(parts)])
                if cost is not None and cost < -1:
                    break
                p = [value - workload.rate * slope for value, slope in zip(p, slopes)]
            return workload.final(p)

        return run

    @staticmethod
    def sweep(workload, times):
        for _ in range(times):
            x, y = np.full(workload.count, workload.x), np.full(workload.count, workload.y)
            for _ in range(workload.steps):
                u = y - x * x
                dx, dy = -2 * (1 - x) - 400 * x * u, 200 * u
                x, y = x - workload.rates * dx, y - workload.rates * dy
        return list((1 - x) ** 2 + 100 * (y - x * x) ** 2)


class JAX:
    def __init__(self):
        import jax

        jax.config.update("jax_enable_x64", True)
        self.jax, self.name = jax, f"JAX {jax.__version__}"

    def prepare(self, workload):
        jax, jnp, lax = self.jax, self.jax.numpy, self.jax.lax
        if workload.is_family("W9"):
            return None
        if workload.is_family("W8"):
            return self.sweep(workload)
        start = [jnp.asarray(value) for value in workload.start]
        data = workload.data
        rate = jnp.asarray(workload.rate)
        if data is None:
            arrays = None
        elif data.count == 1:
            arrays = (jnp.asarray(data.x), jnp.asarray(data.y))
        else:
            arrays = tuple(
                jnp.asarray(a.reshape(data.count, data.batch, *a.shape[1:]))
                for a in (data.x, data.y))

        def rows(arrays, k):
            if data is None or data.count == 1:
                return arrays
            part = k % data.count
            return tuple(lax.dynamic_index_in_dim(a, part, keepdims=False) for a in arrays)

        cost = lambda p, d: workload.cost(jnp, p, d)
        down = lambda p, slopes, rate: [v - rate * s for v, s in zip(p, slopes)]

        @jax.jit
        def loop(p, arrays, rate, steps):
            if workload.needs_cost():
                def body(state):
                    k, p, _ = state
                    value, slopes = jax.value_and_grad(cost)(p, rows(arrays, k))
                    return k + 1, down(p, slopes, rate), value

                going = lambda state: (state[0] < steps) & (state[2] >= -1)
                return lax.while_loop(going, body, (0, p, jnp.inf))[1]
            return lax.fori_loop(
                0, steps, lambda k, p: down(p, jax.grad(cost)(p, rows(arrays, k)), rate), p)

        return lambda steps: workload.final(jax.block_until_ready(loop(start, arrays, rate, steps)))

    def sweep(self, workload):
        jax, jnp = self.jax, self.jax.numpy
        cost = lambda p: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2

        def descend(rate, x, y):
            def body(_, p):
                slopes = jax.grad(cost)(p)
                return [v - rate * s for v, s in zip(p, slopes)]

            return cost(jax.lax.fori_loop(0, workload.steps, body, [x, y]))

        every = jax.jit(jax.vmap(descend, (0, None, None)))
        rates = jnp.asarray(workload.rates)
        x, y = jnp.asarray(workload.x), jnp.asarray(workload.y)

        def run(times):
            for _ in range(times):
                costs = jax.block_until_ready(every(rates, x, y))
            return [float(value) for value in costs]

        return run


class PyTorch:
    def __init__(self):
        import torch

        torch.set_num_threads(1)
        torch.set_default_dtype(torch.float64)
        self.torch, self.name = torch, f"PyTorch {torch.__version__}"

    def prepare(self, workload):
        torch = self.torch
        if workload.is_family("W9"):
            return self.expression(workload)
        if workload.is_family("W8"):
            return self.sweep(workload)
        parts = batches(workload, torch.from_numpy)

        def run(steps):
            p = [torch.tensor(value, requires_grad=True) for value in workload.start]
            for k in range(steps):
                cost = workload.cost(torch, p, parts[k % len(parts)])
                slopes = torch.autograd.grad(cost, p)
                if workload.needs_cost() and cost.item() < -1:
                    break
                with torch.no_grad():
                    for value, slope in zip(p, slopes):
                        value.sub_(slope, alpha=workload.rate)
            return workload.final([value.detach().numpy() for value in p])

        return run

    def sweep(self, workload):
        torch = self.torch
        rates = torch.from_numpy(workload.rates)

        def run(times):
            for _ in range(times):
                x = torch.full((workload.count,), workload.x)
                y = torch.full((workload.count,), workload.y)
                for _ in range(workload.steps):
                    u = y - x * x
                    dx, dy = -2 * (1 - x) - 400 * x * u, 200 * u
                    x, y = x - rates * dx, y - rates * dy
            return ((1 - x) ** 2 + 100 * (y - x * x) ** 2).tolist()

        return run

    def expression(self, workload):
        torch = self.torch
        code = translated(workload)

        def run(_):
            p = [torch.tensor(0.1 * (k + 1), requires_grad=True) for k in range(10)]
            slots = interpret(code, p, torch)
            slots.backward()
            return [slots.item()] + [value.grad.item() for value in p]

        return run


class CasADi:
    def __init__(self):
        import casadi

        self.casadi, self.name = casadi, f"CasADi {casadi.__version__}"

    def prepare(self, workload):
        casadi = self.casadi
        if workload.is_family("W9"):
            code = translated(workload)

            def first(_):
                p = casadi.SX.sym("p", 10)
                cost = interpret(code, [p[k] for k in range(10)], casadi)
                function = casadi.Function("f", [p], [cost, casadi.gradient(cost, p)])
                value, slopes = function([0.1 * (k + 1) for k in range(10)])
                return [float(value)] + [float(slope) for slope in slopes.full().ravel()]

            return first
        if not workload.is_family("W1", "W2", "W3"):
            return None
        p = casadi.SX.sym("p", len(workload.start))
        parameters = [p[k] for k in range(len(workload.start))]
        slopes = casadi.gradient(workload.cost(casadi, parameters, None), p)
        step = casadi.Function("step", [p], [p - workload.rate * slopes])
        many = step.fold(1000)

        def run(steps):
            end = casadi.DM([float(value) for value in workload.start])
            for _ in range(steps // 1000):
                end = many(end)
            for _ in range(steps % 1000):
                end = step(end)
            return workload.final(list(end.full().ravel()))

        return run


def translated(workload):
    """The expression of W9 as a list of operations on earlier ones: Python's own compiler gives up
    on so deep a text."""
    with open(workload.entry["command"][0]) as file:
        text = file.read()
    words = re.findall(r"[0-9.]+(?:e[-+]?[0-9]+)?|[a-z]+[0-9]*|[-+*/()]", text)
    values, operators, code = [], [], []

    def apply(operator):
        right = values.pop()
        if operator in "+-*/":
            code.append((operator, values.pop(), right))
        else:
            code.append((operator, right, None))
        values.append(len(code) - 1)

    priority = {"+": 1, "-": 1, "*": 2, "/": 2}
    for word in words:
        if word[0].isdigit():
            code.append(("number", float(word), None))
            values.append(len(code) - 1)
        elif word[0] == "p":
            code.append(("parameter", int(word[1:]) - 1, None))
            values.append(len(code) - 1)
        elif word == ")":
            while operators[-1] != "(":
                apply(operators.pop())
            operators.pop()
            if operators and operators[-1] in ("sin", "cos", "tanh", "atan"):
                apply(operators.pop())
        elif word in priority:
            while operators and priority.get(operators[-1], 0) >= priority[word]:
                apply(operators.pop())
            operators.append(word)
        else:
            operators.append(word)
    while operators:
        apply(operators.pop())
    return code


def interpret(code, parameters, module):
    """The value of the last operation."""
    one = {name: getattr(module, name) for name in ("sin", "cos", "tanh", "atan")}
    done = []
    for operator, left, right in code:
        if operator == "number":
            done.append(left)
        elif operator == "parameter":
            done.append(parameters[left])
        elif operator in one:
            value = done[left]
            number = isinstance(value, float)
            done.append(getattr(np, "arctan" if operator == "atan" else operator)(value).item()
                        if number else one[operator](value))
        elif operator == "+":
            done.append(done[left] + done[right])
        elif operator == "-":
            done.append(done[left] - done[right])
        elif operator == "*":
            done.append(done[left] * done[right])
        else:
            done.append(done[left] / done[right])
    return done[-1]


def limit(workload, steps):
    """Seconds of the C loop, and where it ends."""
    command = [str(steps) if word == "STEPS" else word for word in workload.entry["command"]]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(output[0]), [float(value) for value in output[1:]]


def agrees(ours, theirs):
    return len(ours) == len(theirs) and all(
        abs(a - b) <= 1e-9 * max(abs(a), abs(b)) for a, b in zip(ours, theirs))


def timed(run, steps):
    before = time.process_time()
    run(steps)
    return time.process_time() - before


def measure(workload, peer, rounds, gradients):
    """Seconds a step of the peer, of the limit, and the median ratio; or a reason in words.

    `gradients` has the first gradient of W9 that some peer computed: others must agree with it."""
    run = peer.prepare(workload)
    if run is None:
        return "-"
    if workload.is_family("W9"):
        gradient = run(1)
        if not agrees(gradient, gradients.setdefault(workload.name, gradient)):
            return "ends elsewhere"
        seconds = statistics.median(timed(run, 1) for _ in range(3))
        return {"seconds": seconds, "limit": None, "ratio": None}
    short = workload.entry["shortRun"]
    end = limit(workload, short)[1]
    if not agrees(run(short), end):
        return "ends elsewhere"
    # As many steps as take the peer half a second more than the few it begins with.
    few, steps = 1, 2
    base = min(timed(run, few) for _ in range(2))
    while steps < workload.entry["steps"] and timed(run, steps) - base < 0.25:
        steps *= 2
    count = min(workload.entry["steps"], max(steps * 2, 2))
    samples, limits, ratios = [], [], []
    for _ in range(rounds):
        before = limit(workload, workload.entry["steps"])[0]
        seconds = (timed(run, count) - timed(run, few)) / (count - few)
        after = limit(workload, workload.entry["steps"])[0]
        step = (before + after) / 2 / workload.entry["steps"]
        samples.append(seconds)
        limits.append(step)
        ratios.append(seconds / step)
    return {
        "seconds": statistics.median(samples), "limit": statistics.median(limits),
        "ratio": statistics.median(ratios)}


def shown(seconds):
    for unit, factor in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("workloads")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json")
    parser.add_argument("names", nargs="*")
    options = parser.parse_intermixed_args()
    with open(options.workloads) as file:
        entries = json.load(file)

    peers = [NumPy()]
    for kind in (JAX, PyTorch, CasADi):
        try:
            peers.append(kind())
        except ImportError as error:
            print(f"peers: {error}; left out", file=sys.stderr)

    print(f"Python {platform.python_version()}; " + "; ".join(peer.name for peer in peers))
    print("time of a step, and of the C loop's how many times; W9: seconds until the first gradient\n")
    widths = [10] + [18] * len(peers)
    rows, gradients = [], {}
    print("  ".join(["".ljust(10)] + [peer.name.split()[0].rjust(18) for peer in peers]))
    for entry in entries:
        names = options.names
        if names and not any(entry["name"] == n or entry["name"].startswith(n + ".") for n in names):
            continue
        workload = Workload(entry)
        cells = [entry["name"]]
        for peer in peers:
            try:
                result = measure(workload, peer, options.rounds, gradients)
            except Exception as error:  # One library's failure is no other's.
                print(f"peers: {entry['name']} in {peer.name}: {error}", file=sys.stderr)
                result = "failed"
            rows.append({"name": entry["name"], "peer": peer.name, "result": result})
            if isinstance(result, str):
                cells.append(result)
            elif result["ratio"] is None:
                cells.append(shown(result["seconds"]))
            else:
                cells.append(f"{shown(result['seconds'])} {result['ratio']:.3g} x")
        print("  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(cells, widths))), flush=True)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(rows, file, indent=2)


if __name__ == "__main__":
    main()
