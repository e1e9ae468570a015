import { createEngine } from "../engine.ts";
import { writeLock } from "../lock/write-lock.ts";
import { openProject } from "../project.ts";
import { isolatedConfig } from "./isolated.ts";
import { doubtfulConfig, longConfig } from "./toy.ts";

/**
 * An engine in a process of its own, to be killed: `node engine-process.ts <root> toy|isolate|doubtful <concurrency>
 * lock|run|resume`, or `approve <experiment> [<event>]`, which kills itself as soon as it has written such an event of the
 * second try. It locks in here as well: the test runner translates the code that it loads, and Node does not.
 */
const [root = "", kind = "toy", concurrency = "1", mode = "run", held = "", fatal = ""] = process.argv.slice(2);
const config = { toy: longConfig, isolate: isolatedConfig, doubtful: doubtfulConfig }[kind]!(Number(concurrency));
const engine = (): ReturnType<typeof createEngine> => createEngine(config, { root });

switch (mode) {
  case "lock":
    await writeLock(await openProject(config, { root }), { signal: new AbortController().signal });
    break;
  case "approve": {
    const reviewing = engine();
    reviewing.on("event", ({ type }) => type === fatal && process.kill(process.pid, "SIGKILL"));
    const request = { experiment: Number(held), decision: "approve", reason: "it is really better" } as const;
    process.stdout.write(JSON.stringify(await reviewing.review(request).result));
    break;
  }
  default:
    process.stdout.write(JSON.stringify(await engine().run(mode === "resume" ? { resume: true } : {}).result));
}
