import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Files, type PawlConfig, defineExecutor } from "@pawl/plugin";
import { expect, test } from "vitest";
import { createEngine } from "./engine.ts";
import { arithmetic, scratchRepo, toyConfig } from "./test/toy.ts";

const FILES = { "point.json": '{"x": 0, "y": 0}', "lib/units.ts": "export const MM = 25.4;\n" };
const entry = { kind: "call", file: "point.json", files: ["lib/units.ts"] } as const;

/** Notes which files come into the sandbox. */
function watching(seen: Files[]) {
  const inner = arithmetic();
  return defineExecutor({
    name: "toy-watching",
    create: async (_options, context) => {
      const sandbox = await inner.create({ delayMs: 0, forgets: [] } as never, context);
      return {
        execute(job, signal) {
          seen.push(job.files);
          expect(job.entry).toEqual({ kind: "call", file: "point.json" });
          return sandbox.execute(job, signal);
        },
      };
    },
  })();
}

test("a function's helpers lie beside the surface in every execution, and are locked", async () => {
  await using repo = await scratchRepo(FILES);
  const seen: Files[] = [];
  const config: PawlConfig = toyConfig({ entry, executor: watching(seen), budget: { experiments: 3 } });
  await repo.lock(config);
  await createEngine(config, { root: repo.root }).run().result;
  expect(seen.length).toBeGreaterThan(3);
  expect(new Set(seen.map((files) => files["lib/units.ts"]))).toEqual(new Set([FILES["lib/units.ts"]]));
  expect(new Set(seen.map((files) => files["point.json"])).size).toBeGreaterThan(2);

  await writeFile(join(repo.root, "lib/units.ts"), "export const MM = 24;\n");
  await expect(createEngine(config, { root: repo.root }).run().result).rejects.toMatchObject({
    code: "PAWL_LOCK_VIOLATION",
  });
});

test("a helper cannot be a part of the surface", () => {
  const both = toyConfig({ entry: { ...entry, files: ["point.json"] } });
  expect(() => createEngine(both)).toThrow(
    expect.objectContaining({ code: "PAWL_CONFIG_INVALID", path: "entry.files" }),
  );
});

test("candidates that may ask a model need a gateway, and a gateway needs candidates that may", () => {
  const nobody = toyConfig({ limits: { network: "gateway" } });
  expect(() => createEngine(nobody)).toThrow(
    expect.objectContaining({ code: "PAWL_GATEWAY_MISSING", path: "gateway" }),
  );
  const unreachable = toyConfig({ gateway: { use: "model" } });
  expect(() => createEngine(unreachable)).toThrow(
    expect.objectContaining({ code: "PAWL_CONFIG_INVALID", path: "limits.network" }),
  );
});
