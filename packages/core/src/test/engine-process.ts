import { createEngine } from "../engine.ts";
import { writeLock } from "../lock/write-lock.ts";
import { openProject } from "../project.ts";
import { isolatedConfig } from "./isolated.ts";
import { longConfig } from "./toy.ts";

/**
 * An engine in a process of its own, to be killed: `node engine-process.ts <root> toy|isolate <concurrency>
 * lock|run|resume`. It locks in here as well: the test runner translates the code that it loads, and Node does not.
 */
const [root = "", kind = "toy", concurrency = "1", mode = "run"] = process.argv.slice(2);
const config = (kind === "isolate" ? isolatedConfig : longConfig)(Number(concurrency));
if (mode === "lock") {
  await writeLock(await openProject(config, { root }), { signal: new AbortController().signal });
} else {
  const summary = await createEngine(config, { root }).run(mode === "resume" ? { resume: true } : {}).result;
  process.stdout.write(JSON.stringify(summary));
}
