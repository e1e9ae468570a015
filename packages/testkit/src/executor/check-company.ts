import assert from "node:assert/strict";
import { settle, NEVER } from "../support/settle.ts";
import { CONCURRENCY, makeJob } from "./bench.ts";
import { assertServes, type LanguageTask } from "./check-behaviours.ts";

/** Checks that jobs beside each other neither mix, nor see, nor stop each other. */
export function checkCompany(task: LanguageTask): void {
  const { bench, programs, limits, short, check } = task;
  const { echo, crash, wait, spin, hog, meet, remember } = programs.behaviours;

  check("many jobs at once each get their own answers", async () => {
    await bench.at(limits);
    const batches = Array.from({ length: 24 }, (_, job) =>
      Array.from({ length: 1 + (job % 5) }, (__, i) => `${job}/${i}`),
    );
    const answers = await Promise.all(batches.map((inputs) => bench.values(echo, inputs, limits)));
    assert.deepEqual(answers, batches);
  });
  check("batches of inputs are told apart by their digests", async () => {
    const batches = Array.from({ length: 12 }, (_, batch) => [batch, `batch ${batch}`]);
    for (const inputs of [...batches, ...batches.toReversed()]) {
      assert.deepEqual(await bench.values(echo, inputs, limits), inputs);
    }
  });
  check("a job that never ends does not hold up the one beside it", async () => {
    const executor = await bench.at(limits);
    const controller = new AbortController();
    let over = false;
    const waiting = executor.execute(makeJob(spin, [1], limits), controller.signal).finally(() => (over = true));
    waiting.catch(() => undefined);
    for (let i = 0; i < 3; i++) await bench.values(echo, [i], limits);
    assert.equal(over, false, "the job beside it had to end first");
    controller.abort(new Error("done"));
    await settle(waiting, limits.wallMs, "the aborted job");
  });
  check("two jobs cannot see each other", async () => {
    await bench.at(limits);
    const mark = (name: string) => [{ mark: name, rounds: 20_000 }];
    for (let i = 0; i < 3; i++) {
      const names = Array.from({ length: CONCURRENCY }, (_, seat) => `mark ${i}/${seat}`);
      const seen = await Promise.all(names.map((name) => bench.values(meet, mark(name), limits)));
      assert.deepEqual(
        seen,
        names.map(() => [[]]),
        "a job has seen the mark of another",
      );
    }
  });
  check("honest jobs beside hostile ones get their answers, and no state", async () => {
    await bench.at(short);
    const first = await bench.values(remember, [1, 1], short);
    const hostile = [crash, spin, hog, wait].map((program) => bench.run(program, [1], short));
    const honest = Array.from({ length: 6 }, () => bench.values(remember, [1, 1], short));
    for (const execution of await Promise.all(hostile)) assert.notEqual(execution.outcome, "ok");
    for (const values of await Promise.all(honest)) assert.deepEqual(values, first);
    await assertServes(task, short);
  });
  check("the same job gives the same outputs again", async () => {
    const executor = await bench.at(limits);
    const job = makeJob(echo, [{ a: 1 }, [2]], limits);
    const [one, two] = [await executor.execute(job, NEVER), await executor.execute(job, NEVER)];
    assert.ok(one.outcome === "ok" && two.outcome === "ok");
    assert.deepEqual(one.outputs, two.outputs);
  });
}
