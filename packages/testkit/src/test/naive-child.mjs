// A sandbox as one should not write it. `plain`: the candidate is a module of this process. `vm`: it runs in a context
// of node:vm that gets objects of this realm, and that all jobs of this process share. One JSON line per job on stdin.
import { createInterface } from "node:readline";
import { SourceTextModule, createContext, runInContext } from "node:vm";

const [, , mode] = process.argv;
const printed = [];
const shared = createContext({ console: { log: (...values) => printed.push(values.join(" ")), error: () => {} } });

// Seeded, so that jobs differ in nothing but what earlier ones have left.
function seed(realm) {
  let state = 1;
  realm.Math.random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

async function load(code) {
  if (mode === "plain") {
    globalThis.console = { ...console, log: (...values) => printed.push(values.join(" ")) };
    return import(`data:text/javascript,${encodeURIComponent(code)}`);
  }
  const module = new SourceTextModule(code, {
    context: shared,
    importModuleDynamically: (name) => import(name),
    initializeImportMeta: () => {},
  });
  await module.link(() => {
    throw new Error("no imports");
  });
  await module.evaluate();
  return module.namespace;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { code, inputs } = JSON.parse(line);
  printed.length = 0;
  let answer;
  try {
    if (mode === "plain") seed(globalThis);
    else seed({ Math: runInContext("Math", shared) });
    const { default: call } = await load(code);
    const outputs = [];
    for (const input of inputs) {
      try {
        outputs.push({ value: JSON.parse(JSON.stringify((await call(input)) ?? null)) });
      } catch (error) {
        outputs.push({ error: `${error?.message ?? "thrown"}` });
      }
    }
    answer = { outputs };
  } catch (error) {
    answer = { reason: `${error?.message ?? "thrown"}` };
  }
  process.stdout.write(`${JSON.stringify({ ...answer, stdout: printed.join("\n") })}\n`);
}
