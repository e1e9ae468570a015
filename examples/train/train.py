"""Trains a character-level language model for a fixed time. This is the one file that may change.

It sees data/train.txt and nothing else, and leaves model.npz, which evaluate.py reads: see the README for what may be
in it. What this program prints is for people; nothing of it counts.
"""

import os
import time

import numpy as np

CONTEXT = 4  # @tune int 1..16: bytes that the next one is predicted from
EMBEDDING = 8  # @tune int 2..32: numbers that stand for one byte
HIDDEN = 64  # @tune int 16..384 log: units of the hidden layer
ACTIVATION = "tanh"  # @tune ["tanh", "relu", "silu"]
OPTIMIZER = "momentum"  # @tune ["momentum", "adam"]
LEARNING_RATE = 0.02  # @tune 0.0003..0.3 log
MOMENTUM = 0.8  # @tune 0.5..0.98
SECOND_MOMENTUM = 0.99  # @tune 0.9..0.999: of Adam alone
DECAY_FROM = 1.0  # @tune 0.1..1: share of the time after which the learning rate falls, linearly, to nothing
BATCH = 64  # @tune int 16..1024 log
WEIGHT_SCALE = 0.5  # @tune 0.05..2 log: of the weights to start with
WEIGHT_DECAY = 0.00001  # @tune 0.0000001..0.01 log

# CPU seconds of this process, so that a busy machine costs speed but no training.
SECONDS = float(os.environ["TRAIN_SECONDS"])
started = time.process_time()

random = np.random.default_rng(int(os.environ.get("PAWL_SEED", "1")))
with open("data/train.txt", "rb") as file:
    text = np.frombuffer(file.read(), dtype=np.uint8)
alphabet = np.unique(text)
symbols = np.searchsorted(alphabet, text)
# The evaluator lets every text follow upon line breaks, and so does the training.
start = np.full(CONTEXT, np.searchsorted(alphabet, ord("\n")))
windows = np.lib.stride_tricks.sliding_window_view(np.concatenate([start, symbols]), CONTEXT + 1)


def matrix(rows, columns):
    return (random.normal(size=(rows, columns)) * WEIGHT_SCALE / np.sqrt(rows)).astype(np.float32)


weights = {
    "embedding": random.normal(size=(len(alphabet), EMBEDDING)).astype(np.float32) * np.float32(WEIGHT_SCALE),
    "hidden_0": matrix(CONTEXT * EMBEDDING, HIDDEN),
    "bias_0": np.zeros(HIDDEN, np.float32),
    "output": matrix(HIDDEN, len(alphabet)),
    "output_bias": np.zeros(len(alphabet), np.float32),
}


def activate(x):
    """The activation and its slope."""
    if ACTIVATION == "tanh":
        y = np.tanh(x)
        return y, 1 - y * y
    if ACTIVATION == "relu":
        return np.maximum(x, 0), (x > 0).astype(np.float32)
    gate = 1 / (1 + np.exp(-x))
    return x * gate, gate * (1 + x * (1 - gate))


def step(batch):
    """The mean loss of a batch in bits, and its gradients."""
    inputs, targets = batch[:, :-1], batch[:, -1]
    rows = np.arange(len(batch))
    x = weights["embedding"][inputs].reshape(len(batch), -1)
    h, slope = activate(x @ weights["hidden_0"] + weights["bias_0"])
    logits = h @ weights["output"] + weights["output_bias"]
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log2(p[rows, targets]).mean()
    p[rows, targets] -= 1
    p /= len(batch)
    d_hidden = (p @ weights["output"].T) * slope
    d_embedding = np.zeros_like(weights["embedding"])
    np.add.at(d_embedding, inputs.ravel(), (d_hidden @ weights["hidden_0"].T).reshape(-1, EMBEDDING))
    return loss, {
        "embedding": d_embedding,
        "hidden_0": x.T @ d_hidden,
        "bias_0": d_hidden.sum(axis=0),
        "output": h.T @ p,
        "output_bias": p.sum(axis=0),
    }


first = {name: np.zeros_like(value) for name, value in weights.items()}
second = {name: np.zeros_like(value) for name, value in weights.items()}
steps = 0
smooth = None
while (spent := (time.process_time() - started) / SECONDS) < 1:
    rate = LEARNING_RATE * min(1, (1 - spent) / (1.0001 - DECAY_FROM))  # @tune off
    loss, gradients = step(windows[random.integers(0, len(windows), BATCH)])
    steps += 1
    smooth = loss if smooth is None else 0.99 * smooth + 0.01 * loss  # @tune off
    for name, gradient in gradients.items():
        gradient += WEIGHT_DECAY * weights[name]
        if OPTIMIZER == "adam":
            first[name] += (1 - MOMENTUM) * (gradient - first[name])
            second[name] += (1 - SECOND_MOMENTUM) * (gradient * gradient - second[name])
            scale = np.sqrt(second[name] / (1 - SECOND_MOMENTUM**steps)) + 1e-8  # @tune off
            weights[name] -= rate * first[name] / (1 - MOMENTUM**steps) / scale
        else:
            first[name] = MOMENTUM * first[name] + gradient
            weights[name] -= rate * first[name]

np.savez("model.npz", alphabet=alphabet, activation=np.array(ACTIVATION), **weights)
print(f"{steps} steps, about {smooth:.3f} bits per byte on what it was trained with")
