// `node serve.ts`: starts the stand-ins for both models, so that everything can be tried without a key.
import { META_MODEL, startStandIns, TASK_MODEL } from "./stand-in/server.ts";

const port = Number(process.env["PORT"] ?? 4_747);
const seed = Number(process.env["SEED"] ?? 1);
const server = await startStandIns({ port, seed });
console.log(`Scripted stand-ins, no models: ${TASK_MODEL} and ${META_MODEL} at ${server.url}. Ctrl-C ends them.`);
