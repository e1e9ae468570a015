import type { Entry } from "@pawl/plugin";
import { expect, test } from "vitest";
import { withDecoyFiles, withDecoyVariables } from "./decoys.ts";

const bundle = { digest: "0", files: { "data/train.csv": new Uint8Array() } };
const entry: Entry = { kind: "exec", argv: ["node", "a.js"], env: { MODE: "run" }, bundle, artifacts: ["model.bin"] };

test("decoys take no path that something else has, above or below", () => {
  const files = {
    "a.js": "stolen",
    "a.js/b": "below",
    data: "above",
    "data/train.csv": "stolen",
    "data/answers.csv": "beside",
    "model.bin": "stolen",
  };
  expect(withDecoyFiles({ "a.js": "own" }, entry, { files })).toEqual({ "a.js": "own", "data/answers.csv": "beside" });
});

test("decoy variables lie in the program's environment, after its own", () => {
  const found = withDecoyVariables(entry, { env: { MODE: "stolen", ANSWERS: "planted" } });
  expect(found).toEqual({ ...entry, env: { MODE: "run", ANSWERS: "planted" } });
  const called: Entry = { kind: "call", file: "a.js" };
  expect(withDecoyVariables(called, { env: { ANSWERS: "planted" } })).toBe(called);
});
