import type { Change, Files, Proposal, ProposeContext, Proposer } from "@pawl/plugin";
import { describe, expect, test } from "vitest";
import { type ProposerSuiteOptions, testProposer } from "../index.ts";
import { failuresOf } from "../test/failures.ts";

/** Proposers that are wrong in one way each: the suite must find it, with the check that is there for it. */

const FILE = "rules.ts";
const files: Files = { [FILE]: "export default (x: number): number => x * 0.5;\n" };

const whole = ({ champion, random }: ProposeContext): Change => ({
  kind: "files",
  files: { [FILE]: champion.files[FILE]!.replace(/\* [-\d.e]+/, `* ${random.next()}`) },
});
const proposing =
  (change: (context: ProposeContext) => Change, more: Partial<Proposal> = {}): Proposer["propose"] =>
  async (context) => ({
    change: change(context),
    hypothesis: "another factor is better",
    ...more,
  });

const failures = (make: () => Proposer, part: string, options: Partial<ProposerSuiteOptions> = {}) =>
  failuresOf((runner) => testProposer(make, { files, guardMs: 1_500, experiments: 12, ...options, runner }), part);
const edit =
  (search: string, replace: string): (() => Proposer) =>
  () => ({ propose: proposing(() => ({ kind: "edits", edits: [{ path: FILE, search, replace }] })) });

const FAULTS: Readonly<Record<string, readonly [check: string, make: () => Proposer]>> = {
  "no idea at all": ["has ideas", () => ({ propose: async () => null })],
  "a proposal without a hypothesis": ["has ideas", () => ({ propose: proposing(whole, { hypothesis: "" }) })],
  "a score of its own": ["has ideas", () => ({ propose: proposing(whole, { score: 1 } as never) })],
  "a memo that is no JSON data": [
    "has ideas",
    () => ({ propose: proposing(whole, { memo: { temperature: Number.NaN } }) }),
  ],
  "a file that is not part of the surface": [
    "has ideas",
    () => ({ propose: proposing(() => ({ kind: "files", files: { "scorer.ts": "" } })) }),
  ],
  "an edit of a text that is not there": ["has ideas", edit("y * 0.5", "y")],
  "an edit of a text that stands twice": ["has ideas", edit("number", "any")],
  "a diff that does not apply": [
    "has ideas",
    () => ({
      propose: proposing(() => ({
        kind: "diff",
        diff: `--- a/${FILE}\n+++ b/${FILE}\n@@ -1 +1 @@\n-something else\n+export default 1;\n`,
      })),
    }),
  ],
  "a proposal that changes nothing": [
    "has ideas",
    () => ({ propose: proposing(({ champion }) => ({ kind: "files", files: champion.files })) }),
  ],
  "an edit of the first champion for ever": ["works where the metric", edit("x * 0.5", "x * 0.75")],
  "a champion that is changed": [
    "has ideas",
    () => ({
      propose: proposing((context) => {
        (context.champion.files as Record<string, string>)[FILE] = "";
        return whole(context);
      }),
    }),
  ],
  "a logarithm of the score": [
    "scores are",
    () => ({
      propose: proposing((context) => {
        if (!Number.isFinite(Math.log(context.champion.score))) throw new Error("no logarithm");
        return whole(context);
      }),
    }),
  ],
  "a history in which every score must be finite": [
    "now and then",
    () => ({
      propose: proposing(whole),
      observe: ({ score }) => {
        if (score !== undefined && !Number.isFinite(score)) throw new RangeError(`${score} is no score`);
      },
    }),
  ],
  "luck of its own": [
    "the same for the same seed",
    () => ({
      propose: proposing((context) => whole({ ...context, random: { ...context.random, next: Math.random } })),
    }),
  ],
  "the time": [
    "the same for the same seed",
    () => ({ propose: proposing(whole, { rationale: `thought of at ${performance.now()}` }) }),
  ],
  "state that is not built in observe": [
    "after a resume",
    () => {
      let calls = 0;
      return {
        propose: proposing(({ champion }) => ({
          kind: "files",
          files: { [FILE]: `${champion.files[FILE]!.split("//")[0]!.trimEnd()} // ${(calls += 1)}\n` },
        })),
      };
    },
  ],
  "an observe that wants its own memo": [
    "did not propose",
    () => ({
      propose: proposing(whole, { memo: { factor: 1 } }),
      observe: ({ memo, number }) => {
        if (number > 0) void (memo as { factor: number }).factor.toFixed(2);
      },
    }),
  ],
  "a wait that an abort does not end": [
    "aborted",
    () => ({
      propose: async (context, signal) => {
        if (signal.aborted) await new Promise(() => undefined);
        return { change: whole(context), hypothesis: "x" };
      },
    }),
  ],
  "an abort that it does not get over": [
    "aborted",
    () => {
      let over = false;
      return {
        propose: async (context, signal) => {
          over ||= signal.aborted;
          return over ? null : { change: whole(context), hypothesis: "x" };
        },
      };
    },
  ],
  "train cases that must be there": [
    "without train cases",
    () => ({
      propose: proposing((context) => {
        void (context.train.inputs[0] as object).constructor;
        return whole(context);
      }),
    }),
  ],
  "a close that works once": [
    "closed twice",
    () => {
      let closed = false;
      return {
        propose: proposing(whole),
        close: () => {
          if (closed) throw new Error("closed");
          closed = true;
        },
      };
    },
  ],
};

describe("the suite finds", () => {
  test.each(Object.entries(FAULTS))("%s", async (_, [check, make]) => {
    expect(await failures(make, check)).not.toEqual([]);
  });
});

test("and finds nothing where there is no fault, whatever the kind of change", async () => {
  const byEdit = (context: ProposeContext): Change => {
    const [search] = /\* [-\d.e]+/.exec(context.champion.files[FILE]!)!;
    return { kind: "edits", edits: [{ path: FILE, search, replace: `* ${context.random.next()}` }] };
  };
  const byDiff = (context: ProposeContext): Change => {
    const old = context.champion.files[FILE]!.trimEnd();
    const { files: changed } = whole(context) as { files: Files };
    return { kind: "diff", diff: `--- a/${FILE}\n+++ b/${FILE}\n@@ -1 +1 @@\n-${old}\n+${changed[FILE]!.trimEnd()}\n` };
  };
  for (const change of [whole, byEdit, byDiff])
    expect(await failures(() => ({ propose: proposing(change) }), "")).toEqual([]);
});

test("a proposer that cannot repeat itself says so", async () => {
  const lucky = (): Proposer => ({
    propose: proposing((context) => whole({ ...context, random: { ...context.random, next: Math.random } })),
  });
  expect(await failures(lucky, "", { deterministic: false })).toEqual([]);
});
