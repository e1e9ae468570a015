import assert from "node:assert/strict";
import {
  type Files,
  type Gate,
  type Metric,
  PawlError,
  type Rerun,
  type Score,
  type Trial,
  type Verdict,
} from "@pawl/plugin";
import { defaultRunner, TEST_TIMEOUT_MS } from "../support/runner.ts";
import { deepFreeze, fulfil, jsonCopy, NEVER, settle } from "../support/settle.ts";
import { open, testOptions, type Subject, type SuiteOptions } from "../support/subject.ts";
import { historyOf } from "../support/history.ts";
import { askGate, assertVerdict, passes } from "./ask-gate.ts";
import { assertDoctor, assertEarly, assertPlanted } from "./check-hooks.ts";
import { failedExecution, makeTrial, metricOf, scoreOf, type TrialSetting, taskOf } from "./trial.ts";
import { ordinaryTrials } from "./trials.ts";

/** A trial of the author's own, and how the gate must decide. */
export interface ExpectedVerdict {
  readonly candidate: Score;
  readonly champion: Score;
  readonly baseline?: Score;
  readonly decision: Verdict["decision"];
}

export interface GateSuiteOptions extends SuiteOptions {
  /** The surface of the trials. */
  readonly files?: Files;
  /** The guardrails that the trials' scorer declares. Default: none. */
  readonly guardrails?: readonly Metric[];
  /** Cases of each trial. Default 40. */
  readonly cases?: number;
  /** Trials by name, and how they must end. The metric is to be maximised unless `direction` says otherwise. */
  readonly expected?: Readonly<Record<string, ExpectedVerdict & { readonly direction?: Metric["direction"] }>>;
  /** Whether the gate must say no to a worse candidate and yes to a clearly better one. Default: not checked. */
  readonly keepsTheBetter?: boolean;
}

/**
 * Registers the suite that every gate must pass: verdicts that are verdicts, the same ones every time, whatever the
 * scores are; no pass where there is nothing to judge by; and an end when it is aborted.
 *
 * @example
 * testGate(improvement(), { keepsTheBetter: true });
 */
export function testGate(subject: Subject<"gate">, options: GateSuiteOptions = {}): void {
  const { runner = defaultRunner, root, guardMs = 30_000, cases = 40, guardrails = [] } = options;
  const files = options.files ?? { "surface.ts": "export default (x: number): number => x * 2;\n" };
  const settingOf = (direction: Metric["direction"]): TrialSetting => ({
    metric: metricOf(direction),
    guardrails,
    files,
    cases,
    seed: 1,
  });
  const fresh = async (direction: Metric["direction"] = "maximize"): Promise<Gate> => {
    const gate = await open(subject, root);
    await fulfil(
      Promise.resolve(gate.prepare?.(taskOf({ metric: metricOf(direction), guardrails }))),
      guardMs,
      "prepare()",
    );
    return gate;
  };
  const ask = (gate: Gate, trial: Trial, what: string, signal = NEVER) =>
    askGate(gate, trial, what, { guardMs, signal });

  runner.describe("gate", () => {
    const check = (name: string, body: () => Promise<void>): void => void runner.test(name, body, TEST_TIMEOUT_MS);
    testOptions("gate", subject, options, runner);

    check("asks something", async () => {
      const gate = await fresh();
      const asked = gate.inspect ?? gate.judgeEarly ?? gate.judge ?? gate.beforeCommit;
      assert.ok(asked, "a gate has inspect, judgeEarly, judge or beforeCommit");
    });
    check("refuses before the run only with a coded error", async () => {
      for (const task of [
        { metric: metricOf("minimize"), guardrails: [] },
        { metric: metricOf("maximize"), guardrails: [{ name: "other", direction: "minimize" as const }] },
      ]) {
        const gate = await open(subject, root);
        const settled = await settle(
          Promise.resolve().then(() => gate.prepare?.(Object.freeze(taskOf(deepFreeze(task))))),
          guardMs,
          "prepare()",
        );
        if ("error" in settled)
          assert.ok(settled.error instanceof PawlError, `prepare() threw ${String(settled.error)}`);
      }
    });
    for (const direction of ["maximize", "minimize"] as const) {
      const setting = settingOf(direction);
      check(
        `gives verdicts on ordinary trials, ${direction === "maximize" ? "larger" : "smaller"} being better`,
        async () => {
          for (const [name, parts] of ordinaryTrials(setting))
            await ask(await fresh(direction), makeTrial(setting, parts), name);
        },
      );
      check(
        `does not keep what cannot be judged, ${direction === "maximize" ? "larger" : "smaller"} being better`,
        async () => {
          const sign = direction === "maximize" ? 1 : -1;
          const verdictOn = async (value: number) =>
            ask(
              await fresh(direction),
              makeTrial(setting, { candidate: scoreOf(setting, value) }),
              `a score of ${value}`,
            );
          const looksAtScores =
            passes(await verdictOn(0.5 + sign * 1_000)) !== passes(await verdictOn(0.5 - sign * 1_000));
          if (!looksAtScores) return;
          for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
            const settled = await settle(verdictOn(value), guardMs, `the verdict on ${value}`);
            if ("value" in settled) assert.ok(!passes(settled.value), `a score of ${value} passes`);
            else assert.ok(!(settled.error instanceof assert.AssertionError), String(settled.error));
          }
        },
      );
      if (options.keepsTheBetter === true) {
        check(
          `keeps the better and not the worse, ${direction === "maximize" ? "larger" : "smaller"} being better`,
          async () => {
            const better = direction === "maximize" ? 1 : -1;
            for (const at of [0.5, 0, -3]) {
              const champion = scoreOf(setting, at, { spread: 0.1, name: "champion" });
              const candidate = (value: number) => ({
                champion,
                candidate: scoreOf(setting, value, { spread: 0.1, name: "champion" }),
              });
              const verdictOn = async (value: number) =>
                passes(
                  await ask(await fresh(direction), makeTrial(setting, candidate(value)), `${value} against ${at}`),
                );
              assert.equal(await verdictOn(at + better * 5), true, `${at + better * 5} against ${at} should pass`);
              assert.equal(await verdictOn(at - better * 5), false, `${at - better * 5} against ${at} should not pass`);
              assert.equal(await verdictOn(at), false, "the same score should not pass");
            }
          },
        );
      }
    }
    for (const [name, { decision, direction = "maximize", ...scores }] of Object.entries(options.expected ?? {})) {
      check(`${name}: ${decision}`, async () => {
        const verdicts = await ask(await fresh(direction), makeTrial(settingOf(direction), scores), name);
        assert.equal(
          verdicts.find((each) => each.decision !== "pass")?.decision ?? "pass",
          decision,
          JSON.stringify(verdicts),
        );
      });
    }
    check("looks at any text without breaking", async () => {
      const gate = await fresh();
      const setting = settingOf("maximize");
      const { champion } = makeTrial(setting, { candidate: scoreOf(setting, 1) });
      const [path] = Object.keys(files) as [string];
      for (const text of [
        "",
        " ",
        "\0\uFEFF",
        "export default (",
        "x".repeat(200_000),
        "語😀\u2028",
        "{".repeat(5_000),
        files[path]!,
      ]) {
        const candidate = deepFreeze({ files: { ...files, [path]: text } });
        const context = Object.freeze({
          experiment: 7,
          hypothesis: "any text",
          champion,
          history: historyOf([]),
          inputs: async () => null,
        });
        const work = gate.inspect?.(candidate, context, NEVER);
        if (work !== undefined)
          assertVerdict(await fulfil(work, guardMs, "inspect()"), JSON.stringify(text.slice(0, 20)));
      }
    });
    for (const direction of ["maximize", "minimize"] as const)
      check(`judges early what is clear, ${direction === "maximize" ? "larger" : "smaller"} being better`, () =>
        assertEarly(() => fresh(direction), settingOf(direction), guardMs),
      );
    check("plants failures beside the real ones, the same again for the same run", () => assertPlanted(fresh));
    check("says in lines what it can tell apart", () => assertDoctor(fresh, settingOf("maximize"), guardMs));
    check("gives the same verdicts again, in the same order of trials, and changes nothing", async () => {
      const setting = settingOf("maximize");
      const all = async (): Promise<unknown> => {
        const gate = await fresh();
        const verdicts: unknown[] = [];
        for (const [name, parts] of ordinaryTrials(setting))
          verdicts.push([name, await ask(gate, makeTrial(setting, parts), name)]);
        return jsonCopy(verdicts);
      };
      assert.deepEqual(await all(), await all(), "another instance decides otherwise on the same trials");
    });
    check("does not pass where a rerun that it asks for breaks or fails", async () => {
      const setting = settingOf("maximize");
      const candidate = scoreOf(setting, 1_000);
      const evaluation = makeTrial(setting, { candidate }).evaluation;
      const reruns: Readonly<Record<string, () => Promise<Rerun>>> = {
        breaks: async () => {
          throw new PawlError("PAWL_SANDBOX_FAILED", "the sandbox broke");
        },
        fails: async () => ({ execution: failedExecution, evaluation }),
      };
      for (const [how, answer] of Object.entries(reruns)) {
        let asked = 0;
        const rerun = (): Promise<Rerun> => {
          asked += 1;
          return answer();
        };
        const gate = await fresh();
        const settled = await settle(
          ask(gate, makeTrial(setting, { candidate, rerun }), "a rerun"),
          guardMs,
          "a verdict",
        );
        // A gate that throws rejects: the engine sees to it.
        if (asked > 0 && "value" in settled)
          assert.ok(!passes(settled.value), `a candidate passes although its rerun ${how}`);
        else if ("error" in settled)
          assert.ok(asked > 0 && !(settled.error instanceof assert.AssertionError), String(settled.error));
      }
    });
    check("ends when it is aborted", async () => {
      const setting = settingOf("maximize");
      const controller = new AbortController();
      const rerun = (): Promise<Rerun> =>
        new Promise((_, reject) => controller.signal.addEventListener("abort", () => reject(controller.signal.reason)));
      const trial = makeTrial(setting, { candidate: scoreOf(setting, 1_000), rerun });
      const work = ask(await fresh(), trial, "a trial that is aborted", controller.signal);
      setTimeout(() => controller.abort(new Error("enough")), 20);
      const settled = await settle(work, guardMs, "a verdict that was aborted");
      if ("error" in settled) assert.ok(!(settled.error instanceof assert.AssertionError), String(settled.error));
    });
  });
}
