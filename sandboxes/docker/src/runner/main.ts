/**
 * The program in a container that calls a candidate. It is handed to Node as text (`node -e`), so it imports nothing but
 * Node's own modules. It gets one job on its stdin, answers once on its stdout, and waits to be ended.
 *
 * It shares its process with the candidate. The container is the boundary; this program only makes an honest candidate
 * meet the same world here as in the executor `isolate`: a bare V8 context with a seeded `Math.random` and no clock.
 */
import { read, readSync, writeSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { posix } from "node:path";
import vm from "node:vm";
import type { RunnerJob, RunnerResponse, RunnerResult } from "../call/protocol.ts";
import type { Harness, HarnessReport } from "./harness.ts";

const TYPED = /\.[cm]?ts$/;
const PRINTED_CHARACTERS = 65_536;

// Local time must not depend on the image.
process.env["TZ"] = "UTC";

/** Reads so many bytes of stdin. When stdin ends, the engine is gone, and so is the purpose of this process. */
function readExactly(length: number): Buffer {
  const all = Buffer.allocUnsafe(length);
  for (let at = 0; at < length;) {
    const count = readSync(0, all, at, length - at, null);
    if (count === 0) process.exit(0);
    at += count;
  }
  return all;
}

function writeAll(bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
}

function send(response: RunnerResponse, body: Buffer): void {
  const text = Buffer.from(JSON.stringify(response));
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32BE(text.length, 0);
  prefix.writeUInt32BE(body.length, 4);
  writeAll(Buffer.concat([prefix, text]));
  writeAll(body);
}

/** What a candidate did wrong, as the outcome that it becomes. */
class Fault extends Error {
  readonly outcome: RunnerResult["outcome"];
  constructor(outcome: RunnerResult["outcome"], reason: string) {
    super(reason);
    this.outcome = outcome;
  }
}

function messageOf(error: unknown): string {
  try {
    const { name, message } = error as Error;
    if (typeof message === "string") return typeof name === "string" ? `${name}: ${message}` : message;
    return `${String(error)} was thrown`;
  } catch {
    return "something that cannot be read was thrown";
  }
}

const cannotCompile = (path: string, error: unknown): Fault => {
  const { message } = error as Error;
  return new Fault(
    "crashed",
    `${path} cannot be compiled: ${typeof message === "string" ? message : messageOf(error)}`,
  );
};

/** The file that an import names, or a violation: nothing but the job's own files can be imported. */
function resolve(specifier: string, from: string, files: ReadonlyMap<string, string>): string {
  if (!specifier.startsWith("./") && !specifier.startsWith("../")) {
    throw new Fault(
      "violation",
      `${from} imports ${JSON.stringify(specifier)}, but only relative imports of the candidate's own files work here`,
    );
  }
  const path = posix.join(posix.dirname(from), specifier);
  // TypeScript code may import "./x.js" and mean x.ts, or leave the extension out.
  for (const candidate of [path, path.replace(/\.([cm]?)js$/, ".$1ts"), `${path}.ts`, `${path}.js`]) {
    if (files.has(candidate)) return candidate;
  }
  throw new Fault(
    "violation",
    `${from} imports ${JSON.stringify(specifier)}, which is not among the candidate's files`,
  );
}

/** Compiles and links a file and everything that it imports. */
async function load(
  files: ReadonlyMap<string, string>,
  entry: string,
  context: vm.Context,
): Promise<vm.SourceTextModule> {
  const modules = new Map<string, vm.SourceTextModule>();
  const compile = (path: string): void => {
    if (modules.has(path)) return;
    const text = files.get(path)!;
    let module: vm.SourceTextModule;
    try {
      const code = TYPED.test(path) ? stripTypeScriptTypes(text, { mode: "strip" }) : text;
      module = new vm.SourceTextModule(code, { context, identifier: `file:///${path}` });
    } catch (error) {
      throw cannotCompile(path, error);
    }
    modules.set(path, module);
    for (const { specifier } of module.moduleRequests) compile(resolve(specifier, path, files));
  };
  if (!files.has(entry)) throw new Fault("crashed", `there is no file ${entry}`);
  compile(entry);
  // The entry as a namespace, and a name that can be read only once the entry has run to its end.
  const root = new vm.SourceTextModule(
    `import * as surface from "pawl:surface"; export { surface }; export const ready = true;`,
    { context, identifier: "file:///pawl" },
  );
  try {
    // The files were resolved above; here they are only looked up again.
    await root.link((specifier, referrer) =>
      referrer === root
        ? modules.get(entry)!
        : modules.get(resolve(specifier, referrer.identifier.slice("file:///".length), files))!,
    );
  } catch (error) {
    // An import of a name that the other file does not export.
    throw cannotCompile(entry, error);
  }
  return root;
}

const newContext = (): vm.Context =>
  vm.createContext({}, { codeGeneration: { strings: false, wasm: false }, name: "candidate" });

// --- Wait for the job -----------------------------------------------------------------------------------------------

/** How long to wait for a job before the time is used to load the TypeScript parser, in milliseconds. */
const IDLE_MS = 150;

/** The first byte of the job. The main thread is free meanwhile. */
function firstByte(): Promise<Buffer> {
  const { promise, resolve: done } = Promise.withResolvers<Buffer>();
  const byte = Buffer.alloc(1);
  read(0, byte, 0, 1, null, (error, count) => {
    if (error !== null || count === 0) process.exit(0);
    done(byte);
  });
  return promise;
}

const context = newContext();
send({ type: "ready" }, Buffer.alloc(0));
// The only argument says whether TypeScript is to be expected.
const idle = setTimeout(() => {
  if (process.argv[1] === "typed") stripTypeScriptTypes("let x: number;", { mode: "strip" });
}, IDLE_MS);
const first = await firstByte();
clearTimeout(idle);

// --- The job --------------------------------------------------------------------------------------------------------

const prefix = Buffer.concat([first, readExactly(7)]);
const job = JSON.parse(readExactly(prefix.readUInt32BE(0)).toString("utf8")) as RunnerJob;
const inputs = readExactly(prefix.readUInt32BE(4)).toString("utf8");

let harness: Harness | undefined;
let answered = false;
let unhandled = "";

function readReport(): HarnessReport {
  const { state, reason, stdout, stderr } = JSON.parse(harness!.report()) as HarnessReport;
  const cut = (printed: string): string => `${printed}`.slice(0, PRINTED_CHARACTERS);
  return { state, reason: `${reason}`, stdout: cut(stdout), stderr: cut(`${stderr}${unhandled}`) };
}

function answer(outcome: RunnerResult["outcome"], reason: string, outputs = Buffer.alloc(0)): void {
  if (answered) return;
  answered = true;
  const { stdout, stderr } = harness === undefined ? { stdout: "", stderr: "" } : readReport();
  const body = outcome === "ok" ? outputs : Buffer.alloc(0);
  send({ type: "result", outcome, reason: reason.slice(0, 1_000), stdout, stderr }, body);
  // What the candidate has left running runs no more; the engine measures and ends this process.
  readExactly(1);
}

function conclude(): void {
  const { state, reason } = readReport();
  if (state === "done") answer("ok", "", Buffer.from(harness!.outputs()));
  else if (state === "pending") answer("timeout", reason);
  else answer(state === "unusable" ? "crashed" : "output-limit", reason);
}

process.on("unhandledRejection", (error) => {
  // The first tells enough.
  unhandled ||= `unhandled rejection: ${messageOf(error)}\n`.slice(0, PRINTED_CHARACTERS);
});
process.on("uncaughtException", (error) => answer("crashed", messageOf(error)));

// --- Questions to models ------------------------------------------------------------------------------------------

/** Characters of an answer that are handed to the candidate: as many as in the executor `isolate`. */
const LARGEST_ANSWER = 1_048_576;
/** Questions that may be under way at once. */
const AT_ONCE = 64;

const http = job.modelSocket === undefined ? undefined : await import("node:http");
const agent = http && new http.Agent({ keepAlive: true, maxSockets: 32 });
let underWay = 0;

const problem = (message: string): string => JSON.stringify({ error: { message, type: "sandbox" } });

/** Asks, and hands the answer to the candidate, which then goes on. */
function ask(id: number, position: number, text: string): void {
  let settled = false;
  const settle = (status: number, said: string): void => {
    if (settled) return;
    settled = true;
    underWay -= 1;
    harness!.answer(id, status, said);
    // What the candidate does with it is done when the microtasks are.
    setImmediate(goOn);
  };
  underWay += 1;
  if (underWay > AT_ONCE) {
    setImmediate(settle, 429, problem(`${AT_ONCE} calls are under way already`));
    return;
  }
  const request = http!.request(
    {
      socketPath: job.modelSocket!,
      agent: agent!,
      method: "POST",
      path: "/v1/chat/completions",
      headers: { "content-type": "application/json", "x-pawl-case": position },
    },
    (response) => {
      let said = "";
      response.setEncoding("utf8").on("data", (piece: string) => {
        said += piece;
        if (said.length <= LARGEST_ANSWER) return;
        settle(502, problem(`the answer has more than ${LARGEST_ANSWER} characters`));
        response.destroy();
      });
      response.on("end", () => settle(response.statusCode ?? 502, said));
      response.on("error", (error) => settle(502, problem(error.message)));
    },
  );
  request.on("error", (error) => settle(502, problem(error.message)));
  request.end(text);
}

/** Asks what the candidate wants to know by now; concludes when nothing can go on any more. */
function goOn(): void {
  if (answered) return;
  const asks = JSON.parse(harness!.asks()) as [id: number, position: number, request: string][] | null;
  for (const [id, position, request] of asks ?? []) ask(id, position, request);
  if (asks === null || underWay === 0) conclude();
}

/** Runs the entry's inputs, once its files have run to their ends. */
function callEntry(root: vm.SourceTextModule): void {
  if (root.status === "errored") return answer("crashed", messageOf(root.error));
  const { namespace } = root as { namespace: { ready?: unknown; surface?: unknown } };
  try {
    void namespace.ready;
  } catch {
    return answer("timeout", `${job.entry} is stuck in an await at its top level that nothing can settle`);
  }
  harness!.run(namespace.surface, inputs);
  setImmediate(job.modelSocket === undefined ? conclude : goOn);
}

try {
  harness = vm.runInContext(job.harness, context) as Harness;
  const root = await load(new Map(Object.entries(job.files)), job.entry, context);
  // No promise is waited for: the candidate may have replaced what promises do. Its context knows neither timers nor
  // sockets, so when the microtasks are done, everything is as it ever will be.
  setImmediate(() => callEntry(root));
  await root.evaluate();
} catch (error) {
  // What evaluating throws is not looked at: the module itself tells how it went.
  if (error instanceof Fault) answer(error.outcome, error.message);
}
