import { improvement } from "@pawl/gate-improvement";
import { metricLock } from "@pawl/metric-lock";
import { type Budget, type PawlConfig, defineConfig } from "@pawl/plugin";
import { search } from "@pawl/proposer-search";
import { docker } from "@pawl/sandbox-docker";
import { command } from "@pawl/scorer-command";

/** One BLAS thread: an experiment has one CPU, and threads that wait for it would be charged for waiting. */
const ONE_THREAD = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
const PYTHON = ["/usr/bin/python3", "-B"];

/** The loop with a fixed number of CPU seconds for each training. */
export function training(seconds: number, budget: Partial<Budget>): PawlConfig {
  return defineConfig({
    goal: "Train a better character-level language model in the same time: fewer bits per byte of unseen text.",
    surface: "train.py",
    entry: {
      kind: "exec",
      // Phase 1: the candidate trains on data/train.txt, and leaves a model. No other data is in its container.
      argv: [...PYTHON, "train.py"],
      env: { ...ONE_THREAD, TRAIN_SECONDS: String(seconds) },
      files: ["data/train.txt"],
      artifacts: ["model.npz"],
      // Phase 2: in a second container, the locked evaluator measures the model on text that the first one never held.
      evaluator: { argv: [...PYTHON, "evaluate.py"], env: ONE_THREAD, files: ["evaluate.py"] },
    },
    proposer: search(),
    executor: docker({ image: "pawl/python-numpy:latest", pull: "never", artifactMb: 16 }),
    scorer: command({
      metric: {
        name: "validation bits per byte",
        description: "What a byte of unseen text costs when the model predicts it; 8 without any model.",
        direction: "minimize",
        unit: "bit/byte",
        range: [0, 22],
        sample: "bits",
        sampleRange: [0, 100_000],
        aggregate: "ratio",
        weight: "bytes",
      },
      cases: { validation: "data/validation.jsonl", holdout: "data/holdout.jsonl" },
    }),
    gates: [
      // Training is noisy, and the spread of the cases does not know it: see the README.
      improvement({ minEffect: 0.01 }),
      // Reads scripts: a seed of its own, a clock that is patched, a search for the cases. Nothing is run again, since a
      // candidate never meets a case and each run is a training.
      metricLock({ static: { readFirst: "all" }, evaluations: 0 }),
    ],
    limits: {
      // The script stops by itself. This is what stops it if it does not. CPU time is what is fixed; wall time, which
      // depends on what else the machine does, has some room.
      cpuMs: seconds * 1_000 + 4_000,
      wallMs: seconds * 4_000 + 30_000,
      memoryMb: 512,
      diskMb: 32,
      pids: 16,
      outputBytes: 1_048_576,
    },
    budget,
  });
}
