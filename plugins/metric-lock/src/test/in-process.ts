import type { Executor, Job, Output } from "@pawl/plugin";

/** An executor that answers by a function of the job: for what no isolate can do, such as reading files. */
export const inProcess = (answer: (job: Job) => readonly Output[]): Executor => ({
  execute: async (job) => ({
    outcome: "ok",
    outputs: answer(job),
    // Much longer than it takes, so that no allowance runs out on a busy machine.
    usage: { wallMs: 5_000 },
    limits: [],
    stdout: "",
    stderr: "",
  }),
});
