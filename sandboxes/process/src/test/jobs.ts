import { createHash } from "node:crypto";
import { type InputBatch, type Json, type Limits, limitsSchema } from "@pawl/plugin";

export function limitsOf(limits: Partial<Limits> = {}): Limits {
  return limitsSchema.parse({ wallMs: 10_000, ...limits });
}

export function batchOf(items: readonly Json[]): InputBatch {
  return { items, digest: createHash("sha256").update(JSON.stringify(items)).digest("hex") };
}
