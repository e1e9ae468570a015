import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { type Execution, type GatewaySession, type Limits, defineExecutor } from "@pawl/plugin";
import { z } from "zod";

/**
 * Runs programs as an executor does, with a socket to the gateway, and holds nothing back: it is for tests of who calls
 * executors.
 */
export const loose = defineExecutor({
  name: "loose",
  options: z.object({ outcome: z.enum(["ok", "out-of-memory"]).default("ok") }),
  create: ({ outcome }) => ({
    async execute({ entry, files, limits }, signal, gateway): Promise<Execution> {
      if (entry.kind !== "exec") throw new Error("only programs");
      const folder = await mkdtemp(join(tmpdir(), "pawl-loose-"));
      const socket = join(folder, "model.sock");
      const server =
        gateway === undefined
          ? undefined
          : createServer((request, response) => void forward(gateway, request, response, signal)).listen(socket);
      try {
        for (const [path, content] of Object.entries(files)) {
          await mkdir(dirname(join(folder, path)), { recursive: true });
          await writeFile(join(folder, path), content);
        }
        const [file = "", ...args] = entry.argv;
        const env = { PATH: process.env["PATH"], ...entry.env, PAWL_MODEL_SOCKET: socket };
        const ended = await new Promise<{ code: number; stderr: string }>((resolve) =>
          execFile(file, args, { cwd: folder, env, signal }, (error, _, stderr) =>
            resolve({ code: error === null ? 0 : 1, stderr }),
          ),
        );
        const base = { usage: { wallMs: 1 }, limits: attested(limits), stdout: "", stderr: ended.stderr };
        if (outcome !== "ok") return { ...base, outcome, reason: "it needed more than it may" };
        if (ended.code !== 0) return { ...base, outcome: "crashed", reason: "it crashed" };
        const artifacts = await readAll(join(folder, "answer"));
        return { ...base, outcome: "ok", outputs: [], artifacts };
      } finally {
        server?.close();
        await rm(folder, { recursive: true, force: true });
      }
    },
  }),
});

async function readAll(folder: string): Promise<Record<string, Uint8Array>> {
  const names = await readdir(folder);
  const entries = names.map(async (name) => [`answer/${name}`, new Uint8Array(await readFile(join(folder, name)))]);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, Uint8Array>;
}

const attested = (limits: Limits): Execution["limits"] =>
  Object.entries(limits).map(([limit, value]) => ({
    limit: limit as keyof Limits,
    value: String(value),
    by: "nothing",
  }));

async function forward(
  gateway: GatewaySession,
  request: IncomingMessage,
  response: import("node:http").ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const asked = { method: request.method ?? "", path: request.url ?? "", body: await text(request) };
  const { status, contentType, body } = await gateway.exchange(asked, signal);
  response.writeHead(status, { "content-type": contentType });
  for await (const piece of body) response.write(piece);
  response.end();
}
