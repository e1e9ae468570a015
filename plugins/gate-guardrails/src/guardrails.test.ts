import { verdictSchema, type Metric, type Trial, type Verdict } from "@pawl/plugin";
import { sampleTrial } from "@pawl/testkit";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { guardrails } from "./index.ts";

type Values = Record<string, number>;
const retention: Metric = { name: "retention", direction: "maximize" };
const latency: Metric = { name: "latency", direction: "minimize", unit: "ms" };

function trialOf(declared: readonly Metric[], candidate?: Values, baseline?: Values, champion = baseline): Trial {
  const measured = (experiment: number, values: Values | undefined) => ({
    experiment,
    files: {},
    score: { value: 1, ...(values === undefined ? {} : { guardrails: values }) },
  });
  return sampleTrial({
    experiment: 2,
    metric: { name: "profit", direction: "maximize" },
    guardrails: declared,
    candidate: measured(2, candidate),
    champion: measured(1, champion),
    baseline: measured(0, baseline),
  });
}

type Options = Parameters<typeof guardrails>[0];

async function judge(trial: Trial, options: Options = {}): Promise<Verdict> {
  const configured = guardrails(options);
  const gate = await configured.create(configured.schema.parse(configured.options) as never, { root: "/" });
  const verdict = await gate.judge!(trial, AbortSignal.timeout(60_000));
  expect(verdictSchema.safeParse(verdict).error).toBeUndefined();
  return verdict;
}

test("a loss within the tolerance is held, beyond it broken, in either direction", async () => {
  const options: Options = { tolerances: { retention: { absolute: 0.02 }, latency: 5 } };
  const baseline = { retention: 0.9, latency: 100 };
  const at = (values: Values) => judge(trialOf([retention, latency], values, baseline), options);
  expect(await at({ retention: 0.89, latency: 104 })).toMatchObject({ decision: "pass", code: "PAWL_GUARDRAILS_HELD" });
  expect((await at({ retention: 1, latency: 1 })).decision).toBe("pass");
  expect(await at({ retention: 0.87, latency: 104 })).toMatchObject({
    decision: "reject",
    code: "PAWL_GUARDRAIL_BROKEN",
    reason: "retention is 0.87, below the allowed 0.88.",
    evidence: {
      retention: { value: 0.87, baseline: 0.9, champion: 0.9, allowed: 0.88, held: false, direction: "maximize" },
      latency: { value: 104, baseline: 100, allowed: 105, held: true },
    },
  });
  expect((await at({ retention: 0.89, latency: 106 })).reason).toBe("latency is 106, above the allowed 105.");
  expect((await at({ retention: 0, latency: 106 })).reason).toMatch(/retention.*; latency/);
});

test("a relative tolerance is a share of the size, also of a negative value", async () => {
  const margin: Metric = { name: "margin", direction: "maximize" };
  const at = (value: number, reference: number) =>
    judge(trialOf([margin], { margin: value }, { margin: reference }), { tolerances: { margin: { relative: 0.1 } } });
  expect((await at(-109, -100)).decision).toBe("pass");
  expect((await at(-111, -100)).code).toBe("PAWL_GUARDRAIL_BROKEN");
  expect((await at(91, 100)).decision).toBe("pass");
  expect((await at(89, 100)).code).toBe("PAWL_GUARDRAIL_BROKEN");
  expect((await at(-0.001, 0)).code).toBe("PAWL_GUARDRAIL_BROKEN");
});

test("a limit holds whatever the baseline has, even where the baseline breaks it", async () => {
  const at = (value: number, reference: number | undefined) =>
    judge(trialOf([latency], { latency: value }, reference === undefined ? undefined : { latency: reference }), {
      tolerances: { latency: { limit: 80 } },
    });
  expect((await at(80, 10)).decision).toBe("pass");
  expect((await at(81, 200)).code).toBe("PAWL_GUARDRAIL_BROKEN");
  expect((await at(79, undefined)).decision).toBe("pass");
});

test("small losses do not add up against the baseline, and do against the champion", async () => {
  const drifted = trialOf([retention], { retention: 0.87 }, { retention: 0.9 }, { retention: 0.88 });
  expect((await judge(drifted, { tolerances: { retention: { absolute: 0.02 } } })).decision).toBe("reject");
  const loose: Options = { tolerances: { retention: { absolute: 0.02, against: "champion" } } };
  expect((await judge(drifted, loose)).decision).toBe("pass");
  const ratchet = trialOf([retention], { retention: 0.9 }, { retention: 0.8 }, { retention: 0.95 });
  expect((await judge(ratchet, loose)).code).toBe("PAWL_GUARDRAIL_BROKEN");
});

test("a declared guardrail without a tolerance may lose nothing", async () => {
  expect((await judge(trialOf([retention], { retention: 0.9 }, { retention: 0.9 }))).decision).toBe("pass");
  const verdict = await judge(trialOf([retention], { retention: 0.8999 }, { retention: 0.9 }));
  expect(verdict).toMatchObject({ code: "PAWL_GUARDRAIL_BROKEN", evidence: { retention: { tolerance: 0 } } });
});

test("what cannot be compared is refused", async () => {
  const options: Options = { tolerances: { retention: 0.5 } };
  const code = async (trial: Trial) => (await judge(trial, options)).code;
  expect(await code(trialOf([retention], undefined, { retention: 1 }))).toBe("PAWL_GUARDRAIL_MISSING");
  expect(await code(trialOf([retention], {}, { retention: 1 }))).toBe("PAWL_GUARDRAIL_MISSING");
  expect(await code(trialOf([retention], { retention: 1 }, {}))).toBe("PAWL_GUARDRAIL_MISSING");
  expect(await code(trialOf([retention], { retention: NaN }, { retention: 1 }))).toBe("PAWL_GUARDRAIL_MISSING");
  expect(await code(trialOf([retention], { retention: Infinity }, { retention: 1 }))).toBe("PAWL_GUARDRAIL_MISSING");
  expect(await code(trialOf([retention], { retention: 1 }, { retention: -Infinity }))).toBe("PAWL_GUARDRAIL_MISSING");
  expect(await code(trialOf([retention, latency], { retention: 1 }, { retention: 1, latency: 1 }))).toBe(
    "PAWL_GUARDRAIL_MISSING",
  );
  // Not what every object inherits.
  const inherited: Metric = { name: "constructor", direction: "maximize" };
  expect((await judge(trialOf([inherited], {}, {}))).code).toBe("PAWL_GUARDRAIL_MISSING");
});

test("a tolerance for a guardrail that nobody declares is refused", async () => {
  const trial = trialOf([latency], { retention: 1, latency: 1 }, { retention: 1, latency: 1 });
  expect(await judge(trial, { tolerances: { retention: 0.5 } })).toMatchObject({
    decision: "reject",
    code: "PAWL_GUARDRAIL_UNKNOWN",
    evidence: { unknown: ["retention"], declared: ["latency"] },
  });
  expect(await judge(trialOf([], {}, {}))).toMatchObject({ decision: "pass", code: "PAWL_GUARDRAILS_NONE" });
});

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const direction = fc.constantFrom("maximize" as const, "minimize" as const);
const tolerance = fc.oneof(
  fc.double({ min: 0, max: 1e3, noNaN: true }),
  fc.record({ absolute: fc.double({ min: 0, max: 1e3, noNaN: true }) }),
  fc.record({ relative: fc.double({ min: 0, max: 2, noNaN: true }) }),
);

test("being no worse than the baseline always holds; a worse value never holds where a better one is broken", async () => {
  await fc.assert(
    fc.asyncProperty(value, value, value, direction, tolerance, async (a, b, baseline, towards, allowed) => {
      const metric: Metric = { name: "g", direction: towards };
      const [better, worse] = a > b === (towards === "maximize") ? [a, b] : [b, a];
      const isHeld = async (g: number) =>
        (await judge(trialOf([metric], { g }, { g: baseline }), { tolerances: { g: allowed } })).decision === "pass";
      expect(await isHeld(baseline)).toBe(true);
      expect(!(await isHeld(better)) && (await isHeld(worse))).toBe(false);
      const isNoWorse = towards === "maximize" ? better >= baseline : better <= baseline;
      expect(isNoWorse && !(await isHeld(better))).toBe(false);
    }),
  );
});

test("no night of kept candidates ends more than the tolerance below the baseline", async () => {
  const steps = fc.array(fc.double({ min: -0.05, max: 0.02, noNaN: true }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(steps, async (losses) => {
      let champion = 0.9;
      for (const step of losses) {
        const candidate = champion + step;
        const trial = trialOf([retention], { retention: candidate }, { retention: 0.9 }, { retention: champion });
        const verdict = await judge(trial, { tolerances: { retention: { absolute: 0.03 } } });
        if (verdict.decision === "pass") champion = candidate;
      }
      expect(champion).toBeGreaterThanOrEqual(0.87 - 1e-9);
    }),
    { numRuns: 40 },
  );
});

test("options are checked when written and when run", () => {
  const parse = (tolerances: unknown) => guardrails.schema.safeParse({ tolerances });
  // @ts-expect-error a tolerance is a number
  guardrails({ tolerances: { retention: "0.01" } });
  // @ts-expect-error there is no such kind of tolerance
  guardrails({ tolerances: { retention: { percent: 5 } } });
  // @ts-expect-error it is compared with the baseline or the champion
  guardrails({ tolerances: { retention: { absolute: 5, against: "yesterday" } } });
  for (const wrong of ["0.01", { percent: 5 }, { absolute: 1, relative: 1 }, NaN]) {
    expect(parse({ retention: wrong }).error?.issues[0]).toMatchObject({
      path: ["tolerances", "retention"],
      message: expect.stringContaining("a tolerance is a number"),
    });
  }
  expect(parse({ retention: -1 }).error?.issues[0]?.path).toEqual(["tolerances", "retention"]);
  expect(parse({ retention: { absolute: -1 } }).error?.issues[0]?.path.slice(0, 2)).toEqual([
    "tolerances",
    "retention",
  ]);
  expect(parse({ retention: { limit: 5, against: "champion" } }).success).toBe(false);
  expect(parse({ retention: { absolute: 1, against: "yesterday" } }).success).toBe(false);
  expect(guardrails.schema.parse({})).toEqual({ tolerances: {} });
});

test("a tolerance for a guardrail that the scorer does not have is refused before the run", async () => {
  const make = (options: Options) => guardrails(options).create(options as never, { root: "." });
  const task = {
    metric: { name: "profit", direction: "maximize" },
    guardrails: [retention],
    relations: [],
    freshCases: false,
    inputs: async () => [],
    slices: false,
    secondExecutor: false,
    experiments: 100,
    random: trialOf([]).random,
  } as const;
  const right = await make({ tolerances: { retention: 0.1 } });
  expect(() => right.prepare?.(task)).not.toThrow();
  const misspelt = await make({ tolerances: { retentoin: 0.1 } });
  expect(() => misspelt.prepare?.(task)).toThrow(
    expect.objectContaining({ code: "PAWL_CONFIG_INVALID", path: "tolerances.retentoin" }),
  );
});
