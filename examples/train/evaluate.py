"""Measures model.npz: reads one case a line from stdin, writes {"bits": …} for each. Locked.

The artifact is plain numbers, and this program does all of the arithmetic with them: it feeds the model what came
before a byte and nothing else, and makes the probabilities itself, so they add up to 1. A model can be good or bad, but
it cannot cheat. Whatever is not exactly as described here ends the evaluation, and the experiment fails.
"""

import json
import sys
import zipfile

import numpy as np

MAX_CONTEXT = 32
MAX_EMBEDDING = 64
MAX_LAYERS = 4
MAX_UNITS = 512
MAX_BYTES = 16 * 1024 * 1024
# Every byte keeps this share of an even chance, so no byte costs more than log2(256 / SHARE) = 21.3 bits.
SHARE = 1e-4
ACTIVATIONS = {
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    # Through tanh, which cannot overflow.
    "silu": lambda x: x * 0.5 * (1 + np.tanh(0.5 * x)),
}


def refuse(why):
    sys.exit(f"model.npz is refused: {why}")


def load(path):
    """The arrays of the artifact. They may hold numbers alone: nothing in it is ever executed."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                refuse(f"it has more than {MAX_BYTES} bytes")
            names = [entry.filename.removesuffix(".npy") for entry in archive.infolist()]
        if len(set(names)) != len(names):
            refuse("it has two arrays of the same name")
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in names}
    except SystemExit:
        raise
    except Exception as error:
        refuse(f"it cannot be read: {type(error).__name__}: {error}")


def take(arrays, name, shape):
    array = arrays.pop(name, None)
    if array is None:
        refuse(f"{name} is missing")
    if array.dtype not in (np.float32, np.float64):
        refuse(f"{name} is {array.dtype}, not float32 or float64")
    if array.shape != shape:
        refuse(f"{name} has the shape {array.shape}, not {shape}")
    if not np.isfinite(array).all() or np.abs(array).max(initial=0) > 1e6:
        refuse(f"{name} holds numbers that are not finite or too large")
    return array.astype(np.float64)


def check(arrays):
    """The model: its alphabet, its activation and its layers."""
    alphabet = arrays.pop("alphabet", np.zeros(0))
    if alphabet.dtype != np.uint8 or alphabet.ndim != 1 or not 1 <= len(alphabet) <= 256:
        refuse("alphabet must be a list of 1 to 256 bytes, as uint8")
    if len(np.unique(alphabet)) != len(alphabet):
        refuse("alphabet holds a byte twice")
    activation = arrays.pop("activation", np.zeros(0))
    if activation.shape != () or str(activation) not in ACTIVATIONS:
        refuse(f"activation must be one of {', '.join(ACTIVATIONS)}")

    embedding = arrays.get("embedding", np.zeros(0))
    if embedding.ndim != 2 or not 1 <= embedding.shape[1] <= MAX_EMBEDDING:
        refuse(f"embedding must have a row for each byte of the alphabet and 1 to {MAX_EMBEDDING} columns")
    size = embedding.shape[1]
    embedding = take(arrays, "embedding", (len(alphabet), size))
    first = arrays.get("hidden_0", arrays.get("output", np.zeros(0)))
    width = first.shape[0] if first.ndim == 2 else 0
    if width % size != 0 or not 1 <= width // size <= MAX_CONTEXT:
        refuse(f"the first layer must have rows for 1 to {MAX_CONTEXT} embedded bytes")
    context = width // size
    layers = []
    while f"hidden_{len(layers)}" in arrays:
        number = len(layers)
        units = arrays[f"hidden_{number}"].shape[-1] if arrays[f"hidden_{number}"].ndim == 2 else 0
        if number == MAX_LAYERS or not 1 <= units <= MAX_UNITS:
            refuse(f"there may be {MAX_LAYERS} hidden layers with 1 to {MAX_UNITS} units each")
        layers.append((take(arrays, f"hidden_{number}", (width, units)), take(arrays, f"bias_{number}", (units,))))
        width = units
    output = (take(arrays, "output", (width, len(alphabet))), take(arrays, "output_bias", (len(alphabet),)))
    if arrays:
        refuse(f"it holds more than a model: {', '.join(sorted(arrays))[:200]}")
    return alphabet, ACTIVATIONS[str(activation)], context, embedding, layers, output


def bits(text, model):
    """What the text costs: the sum over its bytes of -log2 of their probability, given those before."""
    alphabet, activate, context, embedding, layers, (output, output_bias) = model
    place = np.full(256, -1)
    place[alphabet] = np.arange(len(alphabet))
    # Before the text there are line breaks. Bytes that the model does not know look like zeros to it.
    padded = np.concatenate([np.full(context, ord("\n")), np.frombuffer(text, dtype=np.uint8)])
    known = np.vstack([embedding, np.zeros(embedding.shape[1])])[place[padded]]
    before = np.lib.stride_tricks.sliding_window_view(known[:-1], context, axis=0)
    x = before.transpose(0, 2, 1).reshape(len(text), -1)
    for weights, bias in layers:
        x = activate(x @ weights + bias)
    logits = x @ output + output_bias
    logits -= logits.max(axis=1, keepdims=True)
    p = np.exp(logits)
    p /= p.sum(axis=1, keepdims=True)
    target = place[padded[context:]]
    chosen = np.where(target >= 0, p[np.arange(len(text)), target], 0)
    return float(-np.log2((1 - SHARE) * chosen + SHARE / 256).sum())


def main():
    model = check(load("model.npz"))
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for line in sys.stdin:
            text = json.loads(line)["text"].encode()
            try:
                print(json.dumps({"bits": bits(text, model) if text else 0.0}))
            except FloatingPointError as error:
                refuse(f"its numbers do not stay finite: {error}")


if __name__ == "__main__":
    main()
