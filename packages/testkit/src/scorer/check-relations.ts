import assert from "node:assert/strict";
import type { CustomRelation, Evaluation, Json, Relation, Scorer } from "@pawl/plugin";
import { z } from "zod";
import { createRandom } from "../support/random.ts";
import { assertJson, jsonCopy } from "../support/settle.ts";

const fields = z.array(z.string().min(1)).min(1);
const callable = z.custom((value) => typeof value === "function");

const relationSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("identifiers"), fields }),
  z.strictObject({ kind: z.literal("irrelevant"), fields }),
  z.strictObject({ kind: z.literal("scale"), fields, answers: z.enum(["same", "scaled"]) }),
  z.strictObject({ kind: z.literal("monotone"), field: z.string().min(1), answers: z.enum(["up", "down"]) }),
  z.strictObject({ kind: z.literal("duplicates") }),
  z.strictObject({ kind: z.literal("custom"), name: z.string().min(1), transform: callable, holds: callable }),
]);

/** Fails unless every relation has its shape, names fields that there are, and changes inputs into inputs. */
export function assertRelations({ relations = [], outputRange }: Scorer, { inputs }: Evaluation): void {
  if (outputRange !== undefined) assert.ok(outputRange[0] < outputRange[1], "the range of outputs is empty");
  for (const relation of relations) {
    const parsed = relationSchema.safeParse(relation);
    assert.ok(parsed.success, `a relation is none: ${JSON.stringify(relation)} ${parsed.error?.message ?? ""}`);
    for (const field of fieldsOf(relation)) {
      const known = inputs.some((input) => valueAt(input, field) !== undefined);
      assert.ok(known, `the relation "${relation.kind}" is about "${field}", which no input has`);
    }
    if (relation.kind === "custom") assertTransform(relation, inputs);
  }
}

function assertTransform({ name, transform, holds }: CustomRelation, inputs: readonly Json[]): void {
  const before = jsonCopy(inputs);
  const changed = transform(inputs, createRandom(name));
  assert.equal(changed.length, inputs.length, `the relation "${name}" must give one input for each`);
  assertJson(changed, `inputs changed by "${name}"`);
  assert.deepEqual(transform(inputs, createRandom(name)), changed, `"${name}" changes the same inputs in two ways`);
  assert.deepEqual(jsonCopy(inputs), before, `"${name}" has changed the inputs that it was given`);
  const [input, other] = [inputs[0] as Json, changed[0] as Json];
  const failed = { error: "it failed" };
  assert.equal(typeof holds(failed, failed, input, other), "boolean", `"${name}" must say whether it holds`);
}

function fieldsOf(relation: Relation): readonly string[] {
  if ("fields" in relation) return relation.fields;
  return relation.kind === "monotone" ? [relation.field] : [];
}

function valueAt(input: Json, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, part) => (value as Readonly<Record<string, unknown>> | null | undefined)?.[part], input);
}
