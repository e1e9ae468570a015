import { train } from "./surfaces.ts";

const changed = (from: string, to: string): string => train.text.replace(from, to);
const small: Readonly<Record<string, string>> = {
  "other constants": changed("CONTEXT = 4", "CONTEXT = 6")
    .replace("LEARNING_RATE = 0.02", "LEARNING_RATE = 0.00731")
    .replace("HIDDEN = 64", "HIDDEN = 128"),
  "another optimizer": changed('OPTIMIZER = "momentum"', 'OPTIMIZER = "adam"'),
  "a warm-up": changed("    steps += 1", "    steps += 1\n    rate = rate * min(1.0, steps / 200)"),
  "a schedule": changed(
    "    steps += 1",
    "    steps += 1\n    rate = LEARNING_RATE * 0.5 * (1 + np.cos(np.pi * spent))",
  ),
  "a schedule in steps": changed(
    "steps = 0",
    "SCHEDULE = [(0.0, 1.0), (0.4, 0.5), (0.7, 0.2), (0.9, 0.05)]\nsteps = 0\ndef factor(x):\n    return [f for t, f in SCHEDULE if x >= t][-1]",
  ),
  "clipped gradients": changed(
    "        gradient += WEIGHT_DECAY",
    "        norm = float(np.sqrt((gradient ** 2).sum()))\n        gradient *= min(1.0, 1.0 / (norm + 1e-6))\n        gradient += WEIGHT_DECAY",
  ),
  "an average of weights": changed(
    "smooth = None",
    "smooth = None\nmean = {name: value.copy() for name, value in weights.items()}",
  ),
  mathematics: changed("import os", "import math\nimport os").replace(
    "smooth = None",
    "smooth = None\nscale_of = math.sqrt(2.0)",
  ),
  "more of the standard library": changed(
    "import os",
    "from collections import Counter\nfrom functools import partial\nimport itertools\nimport os",
  ).replace(
    "smooth = None",
    "smooth = None\ncounts = Counter(text.tolist())\nhalf = partial(np.multiply, 0.5)\npairs = list(itertools.islice(zip(text, text[1:]), 10))",
  ),
  "a class": changed(
    "def step(batch):",
    'class Adam:\n    """An optimizer."""\n    def __init__(self, rate=0.001):\n        self.rate = rate\n        self.t = 0\n\n    def __repr__(self):\n        return f"Adam({self.rate})"\n\n    def update(self, w, g):\n        self.t += 1\n        w -= self.rate * g\n\n\ndef step(batch):',
  ),
  "a second generator": changed("random = np", "shuffle = np.random.default_rng(7)\nrandom = np"),
  "a seeded old generator": changed("random = np", "np.random.seed(11)\nnoise = np.random.rand(3)\nrandom = np"),
  "an activation by name": changed(
    "def activate(x):",
    'ACTIVATIONS = {"tanh": np.tanh, "exp": np.exp}\nnamed = getattr(np, "tan" + "h")\n\n\ndef activate(x):',
  ),
  "a printed line": changed("print(f", 'print(f"loss {smooth:.2f} after {steps:>6d}", flush=True)\nprint(f'),
  "a comprehension": changed(
    "smooth = None",
    "smooth = None\nshapes = {name: value.shape for name, value in weights.items() if value.ndim > 1}\ntotal = sum(int(np.prod(s)) for s in shapes.values())",
  ),
  "a lambda and a with": changed(
    "smooth = None",
    'smooth = None\nclip = lambda x, low=-1.0, high=1.0: np.clip(x, low, high)\nwith np.errstate(divide="ignore"):\n    checked = np.log(np.abs(text[:10]) + 1)',
  ),
  "type hints": changed(
    "def matrix(rows, columns):",
    "def matrix(rows: int, columns: int = 8, *rest: int, **more: float) -> np.ndarray:",
  ),
};

const edited = (...edits: readonly (readonly [from: string, to: string])[]): string =>
  edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the script has no ${from}`);
    return text.replace(from, () => to);
  }, train.text);

/** What takes more than a line: the idioms of training scripts, and of Python. */
const idioms: Readonly<Record<string, string>> = {
  "a dataclass of settings": edited(
    [
      "CONTEXT = 4  # @tune int 1..16: bytes that the next one is predicted from",
      '@dataclass(frozen=True)\nclass Config:\n    """Everything that can be tuned, in one place."""\n\n    context: int = 6\n    embedding: int = 8\n    hidden: int = 96\n    betas: tuple[float, float] = (0.9, 0.99)\n    seeds: list[int] = field(default_factory=lambda: [1, 2, 3])\n\n    def replaced(self, **changes) -> "Config":\n        return replace(self, **changes)\n\n\nconfig = Config().replaced(hidden=128)\nCONTEXT = config.context',
    ],
    ["import os", "from dataclasses import dataclass, field, replace\nimport os"],
  ),
  "cosine schedule with warm-up": edited(
    [
      "first = {name",
      'def learning_rate(progress: float, peak: float = LEARNING_RATE, warmup: float = 0.05, floor: float = 0.02) -> float:\n    """Linear warm-up, then half a cosine down to `floor * peak` (Loshchilov & Hutter, 2017)."""\n    if progress < warmup:\n        return peak * progress / warmup\n    t = (progress - warmup) / (1 - warmup)\n    return peak * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * t)))\n\n\nfirst = {name',
    ],
    [
      "    rate = LEARNING_RATE * min(1, (1 - spent) / (1.0001 - DECAY_FROM))  # @tune off",
      "    rate = learning_rate(spent)",
    ],
    ["import os", "import math\nimport os"],
  ),
  "logging decorator": edited(
    [
      "def step(batch):",
      'def counted(function):\n    """Counts how often a function was called."""\n\n    @functools.wraps(function)\n    def wrapper(*args, **kwargs):\n        wrapper.calls += 1\n        return function(*args, **kwargs)\n\n    wrapper.calls = 0\n    return wrapper\n\n\n@counted\ndef step(batch):',
    ],
    ["import os", "import functools\nimport os"],
  ),
  "context manager for sections": edited(
    [
      "first = {name",
      '@contextmanager\ndef section(title: str):\n    print(f"--- {title}")\n    try:\n        yield\n    finally:\n        print(f"--- end of {title}")\n\n\nwith section("shapes"):\n    for name, value in sorted(weights.items()):\n        print(f"{name:<12} {value.shape!s:>12} {value.dtype}")\n\nfirst = {name',
    ],
    ["import os", "from contextlib import contextmanager\nimport os"],
  ),
  "logging module to stdout": edited(
    ["import os", "import logging\nimport os\nimport sys"],
    [
      "first = {name",
      'logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)s %(message)s")\nlog = logging.getLogger(__name__)\nlog.info("vocabulary of %d bytes, %d windows", len(alphabet), len(windows))\n\nfirst = {name',
    ],
  ),
  "an optimizer class hierarchy": edited(
    [
      "first = {name",
      "class Optimizer(abc.ABC):\n    def __init__(self, parameters: dict[str, np.ndarray]):\n        self.parameters = parameters\n        self.t = 0\n\n    @abc.abstractmethod\n    def direction(self, name: str, gradient: np.ndarray) -> np.ndarray: ...\n\n    def update(self, gradients: dict[str, np.ndarray], rate: float) -> None:\n        self.t += 1\n        for name, gradient in gradients.items():\n            self.parameters[name] -= rate * self.direction(name, gradient)\n\n    @property\n    def steps(self) -> int:\n        return self.t\n\n    @staticmethod\n    def clip(gradient: np.ndarray, limit: float = 1.0) -> np.ndarray:\n        norm = np.linalg.norm(gradient)\n        return gradient * (limit / norm) if norm > limit else gradient\n\n\nclass Nadam(Optimizer):\n    def __init__(self, parameters, beta1=0.9, beta2=0.99, epsilon=1e-8):\n        super().__init__(parameters)\n        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon\n        self.m = {name: np.zeros_like(value) for name, value in parameters.items()}\n        self.v = {name: np.zeros_like(value) for name, value in parameters.items()}\n\n    def direction(self, name, gradient):\n        gradient = self.clip(gradient)\n        self.m[name] = self.beta1 * self.m[name] + (1 - self.beta1) * gradient\n        self.v[name] = self.beta2 * self.v[name] + (1 - self.beta2) * gradient**2\n        m_hat = self.m[name] / (1 - self.beta1**self.t)\n        v_hat = self.v[name] / (1 - self.beta2**self.t)\n        return (self.beta1 * m_hat + (1 - self.beta1) * gradient) / (np.sqrt(v_hat) + self.epsilon)\n\n\noptimizer = Nadam(weights)\nfirst = {name",
    ],
    ["import os", "import abc\nimport os"],
  ),
  "epochs of shuffled batches by a generator": edited(
    [
      "first = {name",
      'def batches(data: np.ndarray, size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:\n    """Endless shuffled batches: every window once per epoch."""\n    while True:\n        order = rng.permutation(len(data))\n        for begin in range(0, len(order) - size + 1, size):\n            yield data[order[begin : begin + size]]\n\n\nstream = batches(windows, BATCH, random)\nfirst = {name',
    ],
    [
      "    loss, gradients = step(windows[random.integers(0, len(windows), BATCH)])",
      "    loss, gradients = step(next(stream))",
    ],
    ["import os", "from collections.abc import Iterator\nimport os"],
  ),
  "try and except around numerics": edited([
    'np.savez("model.npz"',
    'try:\n    with np.errstate(over="raise", invalid="raise"):\n        norms = {name: float(np.linalg.norm(value)) for name, value in weights.items()}\nexcept FloatingPointError as error:\n    print(f"numeric trouble: {error}")\n    norms = {}\nfinally:\n    print("done")\nif not all(np.isfinite(value).all() for value in weights.values()):\n    raise SystemExit("the weights are not finite")\nnp.savez("model.npz"',
  ]),
  "a main function": edited(
    [
      "first = {name",
      'def report(step_number: int, value: float, *, every: int = 200) -> None:\n    if step_number % every:\n        return\n    print(f"{step_number=} {value=:.3f}", file=sys.stdout, flush=True)\n\n\ndef main() -> None:\n    print(f"{len(text):,} bytes of text, {len(alphabet)} different")\n\n\nif __name__ == "__main__":\n    main()\n\nfirst = {name',
    ],
    ["    steps += 1", "    steps += 1\n    report(steps, loss)"],
    ["import os", "import os\nimport sys"],
  ),
  "match statement and enum": edited(
    ["import os", "import enum\nimport os"],
    [
      'def activate(x):\n    """The activation and its slope."""\n    if ACTIVATION == "tanh":\n        y = np.tanh(x)\n        return y, 1 - y * y\n    if ACTIVATION == "relu":\n        return np.maximum(x, 0), (x > 0).astype(np.float32)\n    gate = 1 / (1 + np.exp(-x))\n    return x * gate, gate * (1 + x * (1 - gate))',
      'class Activation(enum.Enum):\n    TANH = "tanh"\n    RELU = "relu"\n    SILU = "silu"\n\n\ndef activate(x):\n    """The activation and its slope."""\n    match Activation(ACTIVATION):\n        case Activation.TANH:\n            y = np.tanh(x)\n            return y, 1 - y * y\n        case Activation.RELU:\n            return np.maximum(x, 0), (x > 0).astype(np.float32)\n        case _:\n            gate = 1 / (1 + np.exp(-x))\n            return x * gate, gate * (1 + x * (1 - gate))',
    ],
  ),
  "bytes read with pathlib": edited(
    [
      'with open("data/train.txt", "rb") as file:\n    text = np.frombuffer(file.read(), dtype=np.uint8)',
      'text = np.frombuffer(Path("data/train.txt").read_bytes(), dtype=np.uint8)',
    ],
    ["import os", "import os\nfrom pathlib import Path"],
  ),
  "np.fromfile": edited([
    'with open("data/train.txt", "rb") as file:\n    text = np.frombuffer(file.read(), dtype=np.uint8)',
    'text = np.fromfile("data/train.txt", dtype=np.uint8)',
  ]),
  "statistics of n-grams": edited(
    [
      "first = {name",
      '# How well do plain n-grams do? Printed for comparison only.\ndef ngram_bits(order: int, data: np.ndarray, alpha: float = 0.1) -> float:\n    tables: dict[bytes, Counter] = defaultdict(Counter)\n    raw = data.astype(np.uint8).tobytes()\n    bits = 0.0\n    for i in range(order, len(raw)):\n        context, symbol = raw[i - order : i], raw[i]\n        table = tables[context]\n        total = sum(table.values())\n        bits -= math.log2((table[symbol] + alpha) / (total + alpha * len(alphabet)))\n        table[symbol] += 1\n    return bits / max(1, len(raw) - order)\n\n\nprint(f"3-grams: {ngram_bits(3, symbols[:20_000]):.3f} bits per byte")\nfirst = {name',
    ],
    ["import os", "import math\nimport os\nfrom collections import Counter, defaultdict"],
  ),
  "the environment with a default": edited([
    'SECONDS = float(os.environ["TRAIN_SECONDS"])',
    'SECONDS = float(os.getenv("TRAIN_SECONDS", "15"))\nos.environ.setdefault("OMP_NUM_THREADS", "1")',
  ]),
  "typing protocol and generics": edited(
    ["import os", "import os\nfrom typing import Any, Callable, Final, NamedTuple, Protocol, TypeVar"],
    [
      "smooth = None",
      'smooth = None\nT = TypeVar("T")\nLIMIT: Final = 1.0\n\n\nclass Schedule(Protocol):\n    def __call__(self, t: float) -> float: ...\n\n\nclass Range(NamedTuple):\n    low: float\n    high: float = 1.0\n\n    def clip(self, x: float) -> float:\n        return max(self.low, min(self.high, x))\n\n\ndef compose(*functions: Callable[[Any], Any]) -> Callable[[Any], Any]:\n    def run(x: Any) -> Any:\n        for function in functions:\n            x = function(x)\n        return x\n\n    return run\n\n\nhalf: Schedule = lambda t: 0.5\nprint(compose(abs, Range(0.0).clip)(-0.25), half(0.1))',
    ],
  ),
  "a layer class with dunder methods": edited([
    "first = {name",
    'class Dense:\n    __slots__ = ("w", "b", "x")\n\n    def __init__(self, rows: int, columns: int) -> None:\n        self.w = matrix(rows, columns)\n        self.b = np.zeros(columns, np.float32)\n        self.x = None\n\n    def __call__(self, x: np.ndarray) -> np.ndarray:\n        self.x = x\n        return x @ self.w + self.b\n\n    def __len__(self) -> int:\n        return self.w.size + self.b.size\n\n    def __repr__(self) -> str:\n        return f"{type(self).__name__}{self.w.shape}"\n\n    def __iter__(self):\n        yield self.w\n        yield self.b\n\n\nlayers = [Dense(8, 16), Dense(16, 4)]\nprint(layers, sum(map(len, layers)), isinstance(layers[0], Dense))\nfirst = {name',
  ]),
  "muon with newton schulz": edited(
    [
      "first = {name",
      'def newton_schulz(g: np.ndarray, iterations: int = 5) -> np.ndarray:\n    """Approximate orthogonalisation (quintic iteration as in Muon)."""\n    a, b, c = 3.4445, -4.7750, 2.0315\n    x = g / (np.linalg.norm(g) + 1e-7)\n    transposed = x.shape[0] > x.shape[1]\n    if transposed:\n        x = x.T\n    for _ in range(iterations):\n        y = x @ x.T\n        x = a * x + (b * y + c * y @ y) @ x\n    return x.T if transposed else x\n\n\nfirst = {name',
    ],
    [
      "            first[name] = MOMENTUM * first[name] + gradient\n            weights[name] -= rate * first[name]",
      "            first[name] = MOMENTUM * first[name] + gradient\n            direction = newton_schulz(first[name]) if first[name].ndim == 2 else first[name]\n            weights[name] -= rate * direction",
    ],
  ),
  "unicode names and emoji comments": edited([
    "smooth = None",
    "smooth = None\n# 学習率 η はウォームアップ後に減衰させる 🚀 — naïve but it works (σ² ≈ 0.25).\n# TODO: попробовать AdamW; siehe https://arxiv.org/abs/1711.05101\nη = LEARNING_RATE\nβ1, β2 = 0.9, 0.99",
  ]),
  "main with sys.exit": edited(
    ["import os", "import os\nimport sys"],
    [
      "np.savez(",
      'def main() -> int:\n    if not np.isfinite(smooth):\n        print("training diverged", file=sys.stderr)\n        return 1\n    return 0\n\n\nif __name__ == "__main__" and (code := main()) != 0:\n    sys.exit(code)\nnp.savez(',
    ],
  ),
  "os.path.join": edited([
    'with open("data/train.txt", "rb") as file:',
    'DATA = os.path.join("data", "train.txt")\nwith open(DATA, "rb") as file:',
  ]),
  "paths from __file__": edited(
    [
      'with open("data/train.txt", "rb") as file:\n    text = np.frombuffer(file.read(), dtype=np.uint8)',
      'HERE = Path(__file__).resolve().parent\ntext = np.frombuffer((HERE / "data" / "train.txt").read_bytes(), dtype=np.uint8)',
    ],
    ["import os", "import os\nfrom pathlib import Path"],
  ),
  "np.memmap of the training text": edited([
    'with open("data/train.txt", "rb") as file:\n    text = np.frombuffer(file.read(), dtype=np.uint8)',
    'text = np.array(np.memmap("data/train.txt", dtype=np.uint8, mode="r"))',
  ]),
  compressed: edited(['np.savez("model.npz"', 'np.savez_compressed("model.npz"']),
  "progress to stdout by write": edited(
    [
      "    steps += 1",
      '    steps += 1\n    if steps % 200 == 0:\n        sys.stdout.write(f"\\r{steps} steps, {smooth or 0:.3f}")\n        sys.stdout.flush()',
    ],
    ["import os", "import os\nimport sys"],
  ),
  "threads of numpy set before import": edited([
    "import os\nimport time\n\nimport numpy as np",
    'import os\nimport time\n\nos.environ["OMP_NUM_THREADS"] = "1"\nos.environ.setdefault("OPENBLAS_NUM_THREADS", "1")\n\nimport numpy as np  # noqa: E402',
  ]),
  "seed from the environment by getenv": edited([
    'random = np.random.default_rng(int(os.environ.get("PAWL_SEED", "1")))',
    'seed = int(os.getenv("PAWL_SEED") or 1)\nrandom = np.random.default_rng(seed)',
  ]),
  "f-strings with conversions and widths": edited([
    "np.savez(",
    'for key, value in weights.items():\n    print(f"{key!r:>20} {value.shape!s:<12} {value.std():8.4f} {value.size:,d}")\nwidth = 10\nprint(f"{\'name\':^{width}}|{smooth:{width}.3f}|{steps=}")\nprint(f\'{weights["output"].mean():+.2e}\', f"{{literal}}", rf"\\d{steps}")\nnp.savez(',
  ]),
  "a parameter container with getitem and setitem": edited([
    "first = {name",
    'class Parameters:\n    def __init__(self, values: dict):\n        self._values = dict(values)\n\n    def __getitem__(self, name: str) -> np.ndarray:\n        return self._values[name]\n\n    def __setitem__(self, name: str, value: np.ndarray) -> None:\n        self._values[name] = value\n\n    def __contains__(self, name: str) -> bool:\n        return name in self._values\n\n    def __enter__(self):\n        return self\n\n    def __exit__(self, *exc) -> None:\n        print("parameters:", len(self._values))\n\n\nwith Parameters(weights) as parameters:\n    parameters["output_bias"] = weights["output_bias"].copy()\n    assert "embedding" in parameters\n\nfirst = {name',
  ]),
  "checkpoints in memory": edited(
    ["import os", "import copy\nimport io\nimport os"],
    [
      "np.savez(",
      'best = copy.deepcopy(weights)\nbuffer = io.BytesIO()\nnp.savez(buffer, **best)\nprint(f"{buffer.tell():,} bytes uncompressed")\nnp.savez(',
    ],
  ),
  "the variables of an object": edited([
    "np.savez(",
    'class Namespace:\n    pass\n\n\nstate = Namespace()\nstate.steps = steps\nstate.loss = smooth\nprint(vars(state), getattr(state, "missing", None), hasattr(state, "loss"))\nnp.savez(',
  ]),
  "a budget that is true while it lasts": edited([
    "first = {name",
    'class Budget:\n    """CPU seconds, as the host counts them."""\n\n    def __init__(self, seconds: float, clock=time.process_time):\n        self.seconds, self.clock, self.start = seconds, clock, started\n\n    @property\n    def spent(self) -> float:\n        return (self.clock() - self.start) / self.seconds\n\n    def __bool__(self) -> bool:\n        return self.spent < 1\n\n\nbudget = Budget(SECONDS)\nfirst = {name',
  ]),
  "trailing dots and empty yields": edited([
    "first = {name",
    'from contextlib import contextmanager\n\n\n@contextmanager\ndef phase(title):\n    print("begin", title)\n    try:\n        yield\n    finally:\n        print("end", title)\n\n\ndef cosine(t):\n    return .5 * (1. + np.cos(np.pi * t)) * 1.e-0\n\n\nwith phase("check"):\n    assert abs(cosine(0.) - 1.) < 1e-9\n\nfirst = {name',
  ]),
  "parenthesised with": edited([
    "np.savez(",
    'with (open("data/train.txt", "rb") as again, np.errstate(all="ignore")):\n    print(len(again.read()))\nnp.savez(',
  ]),
  "multi-line with and numpy helpers": edited([
    "np.savez(",
    'Weights = dict[str, np.ndarray]\nPair = tuple[int, float]\nstacked = np.c_[np.arange(3), np.arange(3)]\ngrid = np.mgrid[0:2, 0:2]\nrow = np.r_[1:3, 5]\nwith (\n    open("data/train.txt", "rb") as again,\n    np.errstate(all="ignore"),\n):\n    print(len(again.read()), stacked.shape, grid.shape, row)\nnp.savez(',
  ]),
  "iterates lines and np.fromfile of a file object": edited([
    'with open("data/train.txt", "rb") as file:\n    text = np.frombuffer(file.read(), dtype=np.uint8)',
    'with open("data/train.txt", mode="rb") as handle:\n    text = np.fromfile(handle, dtype=np.uint8)',
  ]),
  "keyword arguments in another order": edited([
    '    "hidden_0": matrix(CONTEXT * EMBEDDING, HIDDEN),',
    '    "hidden_0": matrix(columns=HIDDEN, rows=CONTEXT * EMBEDDING),',
  ]),
  "match on shapes": edited([
    "np.savez(",
    'for name, value in weights.items():\n    match value.shape:\n        case (n,):\n            print(name, "vector of", n)\n        case (rows, columns) if rows > columns:\n            print(name, "tall", rows, columns)\n        case (rows, columns):\n            print(name, "wide", rows, columns)\n        case _:\n            print(name, "?")\nnp.savez(',
  ]),
  "super in classes": edited([
    "np.savez(",
    "class Rate:\n    def __init__(self, peak):\n        self.peak = peak\n\n    def at(self, t):\n        return self.peak\n\n\nclass Warm(Rate):\n    def __init__(self, peak, warm=0.1):\n        super().__init__(peak)\n        self.warm = warm\n\n    def at(self, t):\n        return super().at(t) * min(1.0, t / self.warm)\n\n\nprint(Warm(peak=0.02).at(0.05))\nnp.savez(",
  ]),
  "nonlocal counter": edited([
    "np.savez(",
    "def counter():\n    count = 0\n\n    def up():\n        nonlocal count\n        count += 1\n        return count\n\n    return up\n\n\nup = counter()\nup()\nprint(up())\nnp.savez(",
  ]),
  "decorators with arguments and closures": edited([
    "def step(batch):",
    'def every(count):\n    def decorate(function):\n        calls = {"n": 0}\n\n        def wrapper(*args, **kwargs):\n            calls["n"] += 1\n            if calls["n"] % count == 0:\n                print(f"{function.__name__}: {calls[\'n\']} calls")\n            return function(*args, **kwargs)\n\n        return wrapper\n\n    return decorate\n\n\n@every(1000)\ndef step(batch):',
  ]),
  "annotations with calls of types": edited([
    "np.savez(",
    'from typing import Annotated, Literal, Optional\n\nMode = Literal["linear", "cosine"]\n\n\ndef rate_at(t: float, mode: Mode = "linear", cap: Optional[float] = None, rng: "np.random.Generator | None" = None) -> float:\n    value: float = 1 - t if mode == "linear" else 0.5 * (1 + np.cos(np.pi * t))\n    best: dict[str, list[tuple[int, float]]] = {}\n    return min(value, cap) if cap is not None else value\n\n\nprint(rate_at(0.3, cap=0.5))\nnp.savez(',
  ]),
  "comments with TODO and references": edited([
    "first = {name",
    '# NOTE(ana): the evaluator must accept the arrays below; see README "What may be in model.npz".\n# TODO: try AdamW (Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101), eq. (9).\n# Achtung: die Lernrate muss fallen, sonst wird die Bewertung schlechter. 注意:学習率。\n# Ignore the first hundred steps: the running mean is meaningless until then. Don\'t report them.\nfirst = {name',
  ]),
  "sys.exit on missing data": edited(
    [
      'with open("data/train.txt", "rb") as file:\n    text = np.frombuffer(file.read(), dtype=np.uint8)',
      'try:\n    with open("data/train.txt", "rb") as file:\n        text = np.frombuffer(file.read(), dtype=np.uint8)\nexcept FileNotFoundError as error:\n    print(f"no training text: {error}", file=sys.stderr)\n    sys.exit(1)',
    ],
    ["import os", "import os\nimport sys"],
  ),
};

export const inTrain: Readonly<Record<string, string>> = { ...small, ...idioms };
