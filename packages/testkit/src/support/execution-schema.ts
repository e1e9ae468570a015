import assert from "node:assert/strict";
import { FAILED_OUTCOMES, type Execution, type Job, limitsSchema } from "@pawl/plugin";
import { z } from "zod";

const amount = z.number().nonnegative();

const base = {
  usage: z.strictObject({
    wallMs: amount,
    cpuMs: amount.optional(),
    peakMemoryMb: amount.optional(),
    gpuSeconds: amount.optional(),
    outputBytes: amount.optional(),
    blockReadBytes: amount.optional(),
    blockWrittenBytes: amount.optional(),
  }),
  limits: z.array(
    z.strictObject({
      limit: z.enum(Object.keys(limitsSchema.shape) as [keyof typeof limitsSchema.shape]),
      value: z.union([z.number(), z.string()]),
      by: z.string().min(1),
    }),
  ),
  stdout: z.string(),
  stderr: z.string(),
};

const executionSchema = z.discriminatedUnion("outcome", [
  z.strictObject({
    ...base,
    outcome: z.literal("ok"),
    outputs: z.array(z.union([z.strictObject({ value: z.json() }), z.strictObject({ error: z.string() })])),
    artifacts: z.record(z.string(), z.instanceof(Uint8Array)).optional(),
  }),
  z.strictObject({ ...base, outcome: z.enum(FAILED_OUTCOMES), reason: z.string().min(1) }),
]);

/** Printed text is capped somewhere; more than this in one stream, in bytes, is not capped. */
const MOST_PRINTED = 16_777_216;

/** Fails unless an execution is what the contract says, whatever its outcome. */
export function assertExecution(execution: Execution, job: Job): void {
  const parsed = executionSchema.safeParse(execution);
  assert.ok(parsed.success, `the execution is not one: ${parsed.error?.message ?? ""}`);
  if (execution.outcome === "ok") {
    const { length } = job.inputs.items;
    assert.equal(execution.outputs.length, length, `${execution.outputs.length} outputs for ${length} inputs`);
  }
  for (const stream of ["stdout", "stderr"] as const) {
    const bytes = Buffer.byteLength(execution[stream]);
    assert.ok(bytes <= MOST_PRINTED, `${stream} holds ${bytes} bytes: it must be capped`);
  }
  assertAttested(execution, job);
  assertNoHostPaths(execution);
}

/** Every limit that the job asks for must be attested once, with its value or a tighter one, and with a mechanism. */
function assertAttested({ limits }: Execution, job: Job): void {
  for (const [limit, asked] of Object.entries(job.limits)) {
    if (asked === undefined) continue;
    const attested = limits.filter((each) => each.limit === limit);
    assert.equal(attested.length, 1, `the limit ${limit} is attested ${attested.length} times, not once`);
    const { value } = attested[0]!;
    if (typeof asked === "number") {
      assert.ok(typeof value === "number" && value <= asked, `${limit} ${asked} was asked for, ${value} is attested`);
    } else if (typeof asked === "string") {
      const allowed = asked === "none" ? ["none"] : ["none", asked];
      assert.ok(allowed.includes(String(value)), `${limit} ${asked} was asked for, ${value} is attested`);
    }
  }
}

function assertNoHostPaths(execution: Execution): void {
  const { stdout, stderr } = execution;
  const text = JSON.stringify([stdout, stderr, execution.outcome === "ok" ? execution.outputs : execution.reason]);
  const here = process.cwd();
  // A folder may be called as the beginning of a file in the sandbox is.
  const told = text
    .split(here)
    .slice(1)
    .some((rest) => !/^[\w.-]/.test(rest));
  // A very short path stands in any text.
  if (here.length > 4) assert.ok(!told, `the execution tells a path of the host: ${text.slice(0, 500)}`);
}
