/** A training script with odd formatting on purpose: nothing of it may change beside the edit. */
export const TRAIN = `"""Trains a model. # @tune is no comment here"""
import numpy as np

LEARNING_RATE = 3e-3  # @tune 1e-4..1e-1 log
HIDDEN: int   = 64 # @tune int 8..256
ACTIVATION = 'relu'  # @tune ["relu", "tanh"]
NESTEROV = True # @tune True|False
MOMENTUM=.9
OPTIONS = {'decay': 1_0e-4, "clip": -1.5,
           'shape': (3, 4)}
SEED = 7

def step(w, g, beta=0.99, *, axis=0):
    w = w * beta - 0.5*g  # one step
    if w[0] > 1.25: return -2 ** 2
    return f"{w!r:>{10}} {0.5:.3f}"

class Model:
    def __init__(self):
        self.temperature: float = 1.0
        self.w = np.zeros((28, 28)) + 0.01
        for i in range(12):
            self.w += np.array([x * 0.25 for x in range(3) if x > 2])
        return (
            0x1F & 3, 2j, 7 % 4,
        )
`;
