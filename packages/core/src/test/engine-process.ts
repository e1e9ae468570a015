import { createEngine } from "../engine.ts";
import { isolatedConfig } from "./isolated.ts";
import { longConfig } from "./toy.ts";

/** An engine in a process of its own, to be killed: `node engine-process.ts <root> toy|isolate <concurrency> run|resume`. */
const [root = "", kind = "toy", concurrency = "1", mode = "run"] = process.argv.slice(2);
const config = (kind === "isolate" ? isolatedConfig : longConfig)(Number(concurrency));
const summary = await createEngine(config, { root }).run(mode === "resume" ? { resume: true } : {}).result;
process.stdout.write(JSON.stringify(summary));
