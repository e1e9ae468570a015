import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Notice } from "@pawl/plugin";
import { type ModelServer, type Script, startModelServer } from "@pawl/testkit/models";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Answered,
  type Endpoint,
  type Mode,
  type Patience,
  type Recording,
  UnavailableError,
  createTransport,
  endpointSchema,
  openRecording,
} from "../index.ts";

const QUICK: Patience = { patienceMs: 60_000, firstWaitMs: 1, longestWaitMs: 5 };
const folders: string[] = [];
const servers: ModelServer[] = [];
let notices: Notice[] = [];
let heard: Answered[] = [];

beforeEach(() => {
  notices = [];
  heard = [];
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function serve(answer: Script): Promise<ModelServer> {
  const server = await startModelServer({ answer });
  servers.push(server);
  return server;
}

function endpointOf(url: string, more: Partial<Endpoint> = {}): Endpoint {
  return { ...endpointSchema.parse({ provider: "openai-compatible", model: "scripted-model", url }), ...more };
}

interface Setting {
  readonly mode?: Mode;
  readonly recording?: Recording;
  readonly patience?: Patience;
  readonly env?: Record<string, string>;
  readonly scope?: string;
}

function lineTo(
  endpoint: Endpoint,
  { mode = "live", recording, patience = QUICK, env = {}, scope = "1" }: Setting = {},
) {
  const notify = (notice: Notice): void => void notices.push(notice);
  const transport = createTransport({ endpoint, mode, recording, patience, env, notify });
  const line = transport.open(scope, (answered) => heard.push(answered));
  const ask = (content: string, more: object = {}, init: RequestInit = {}): Promise<Response> =>
    line.fetch(`${endpoint.url}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer key-key-key" },
      body: JSON.stringify({ model: "scripted-model", messages: [{ role: "user", content }], ...more }),
      ...init,
    });
  return { ...line, ask };
}

function recordingFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "pawl-model-"));
  folders.push(folder);
  return join(folder, "cassette.zst");
}

const contentOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { choices: { message: { content: string } }[] }).choices[0]!.message.content;

describe("a provider that fails", () => {
  test.each([
    ["429", { fault: "status", status: 429 }],
    ["503", { fault: "status", status: 503 }],
    ["a dropped connection", { fault: "drop" }],
    ["malformed JSON", { fault: "malformed" }],
    ["an answer that breaks off", { fault: "truncated" }],
  ] as const)("is asked again after %s", async (_name, fault) => {
    const server = await serve((_request, n) => (n < 3 ? fault : "at last"));
    expect(await contentOf(await lineTo(endpointOf(server.url)).ask("?"))).toBe("at last");
    expect(server.requests).toHaveLength(4);
    expect(heard).toMatchObject([{ status: 200, retries: 3, usage: { outputTokens: 2 } }]);
    expect(notices.map(({ kind }) => kind)).toEqual(["waiting", "resumed"]);
  });

  test("is asked again after a time-out", async () => {
    const server = await serve((_request, n) => (n === 0 ? { fault: "hang" } : "awake"));
    expect(await contentOf(await lineTo(endpointOf(server.url, { timeoutMs: 1_000 })).ask("?"))).toBe("awake");
    expect(heard).toMatchObject([{ retries: 1 }]);
  });

  test("is waited for as long as it asks, and no longer than patience lasts", async () => {
    const server = await serve((_request, n) => (n === 0 ? { fault: "status", status: 429, retryAfter: 1 } : "soon"));
    const before = performance.now();
    expect(await contentOf(await lineTo(endpointOf(server.url)).ask("?"))).toBe("soon");
    expect(performance.now() - before).toBeGreaterThanOrEqual(999);

    const busy = await serve(() => ({ fault: "status", status: 429, retryAfter: 3_600 }));
    await expect(lineTo(endpointOf(busy.url)).ask("?")).rejects.toThrow(UnavailableError);
    expect(busy.requests).toHaveLength(1);
  });

  test("is given up when patience is over, and the line can tell meanwhile that it fails", async () => {
    const server = await serve(() => ({ fault: "status", status: 500 }));
    const line = lineTo(endpointOf(server.url), {
      patience: { patienceMs: 1_000, firstWaitMs: 10, longestWaitMs: 10 },
    });
    const asked = line.ask("?");
    asked.catch(() => undefined);
    while (line.failing() === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    await expect(asked).rejects.toMatchObject({
      code: "PAWL_MODEL_UNAVAILABLE",
      reason: expect.stringMatching(/^500/),
    });
    expect(line.failing()).toMatch(/^500/);
    expect(server.requests.length).toBeGreaterThan(3);
  });

  test("that wants another key is not asked again, and one that refuses the request says so to whoever asked", async () => {
    const server = await startModelServer({ answer: () => "yes", key: "right" });
    servers.push(server);
    await expect(lineTo(endpointOf(server.url)).ask("?")).rejects.toThrow("does not accept the key");
    const refusing = await serve(() => ({ fault: "status", status: 400, message: "no such field" }));
    const response = await lineTo(endpointOf(refusing.url)).ask("?");
    expect([response.status, refusing.requests.length]).toEqual([400, 1]);
  });
});

describe("a stream", () => {
  test("passes through event by event, and its usage is read", async () => {
    const server = await serve(() => ({ content: "a b c d", pieceLength: 2, pieceMs: 5 }));
    const response = await lineTo(endpointOf(server.url)).ask("?", {
      stream: true,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    for await (const piece of response.body!) pieces.push(new TextDecoder().decode(piece));
    expect(pieces.length).toBe(8);
    for (const piece of pieces) expect(piece).toMatch(/^data: .*\n\n$/);
    expect(heard).toMatchObject([{ usage: { outputTokens: 2 } }]);
  });

  test("that breaks off is an error for its reader, and is not recorded", async () => {
    const server = await serve(() => ({ fault: "truncated", answer: { content: "a long answer, cut in the middle" } }));
    const recording = openRecording(recordingFile());
    const response = await lineTo(endpointOf(server.url), { mode: "record", recording }).ask("?", { stream: true });
    await expect(response.text()).rejects.toThrow("broke off");
    expect(heard).toMatchObject([{ broken: "the stream broke off", text: expect.stringContaining("data: ") }]);
    expect(recording.size).toBe(0);
    recording.close();
  });

  test("that stands still is given up; one whose reader takes its time is not", async () => {
    const slow = await serve(() => ({ content: "one two", pieceLength: 1, pieceMs: 5_000 }));
    const stuck = await lineTo(endpointOf(slow.url, { timeoutMs: 1_000 })).ask("?", { stream: true });
    await expect(stuck.text()).rejects.toThrow("stood still");

    const quick = await serve(() => ({ content: "x".repeat(200_000), pieceLength: 100 }));
    const response = await lineTo(endpointOf(quick.url, { timeoutMs: 1_000 })).ask("?", { stream: true });
    let pieces = 0;
    for await (const _piece of response.body!) {
      pieces += 1;
      if (pieces === 5) await new Promise((resolve) => setTimeout(resolve, 1_500));
    }
    expect(pieces).toBe(2_003);
  });

  test("that its reader leaves is left at the provider too", async () => {
    const server = await serve(() => ({ content: "x".repeat(10_000), pieceLength: 1, pieceMs: 5 }));
    const response = await lineTo(endpointOf(server.url)).ask("?", { stream: true });
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
    expect(heard).toMatchObject([{ broken: "the caller left" }]);
    while (server.abandoned === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
});

test("a call that is aborted ends with the caller's reason, also while it waits to ask again", async () => {
  const server = await serve(() => ({ fault: "status", status: 503 }));
  const line = lineTo(endpointOf(server.url), { patience: { patienceMs: 1e9, firstWaitMs: 1e6, longestWaitMs: 1e6 } });
  const stop = new AbortController();
  const asked = line.ask("?", {}, { signal: stop.signal });
  while (line.failing() === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
  stop.abort(new Error("enough"));
  await expect(asked).rejects.toThrow(/enough|abort/);
});

test("an answer that repeats the key comes without it", async () => {
  const server = await serve(({ headers }) => `you sent ${headers["authorization"]}`);
  const endpoint = endpointOf(server.url, { keyEnv: "KEY" });
  expect(await contentOf(await lineTo(endpoint, { env: { KEY: "key-key-key" } }).ask("?"))).toBe(
    "you sent Bearer [redacted]",
  );
});

describe("a recording", () => {
  test("answers the same without a provider or a key, as often as it was asked, and in any order of fields", async () => {
    const server = await serve((_request, n) => `answer ${n}`);
    const file = recordingFile();
    const endpoint = endpointOf(server.url, { keyEnv: "KEY" });
    const recording = openRecording(file);
    const live = lineTo(endpoint, { mode: "record", recording, env: { KEY: "key-key-key" } });
    const asked = [await live.ask("a"), await live.ask("a"), await live.ask("b", { stream: true })];
    const texts = await Promise.all(asked.map((response) => response.text()));
    recording.close();
    await server.close();
    servers.length = 0;

    const kept = openRecording(file);
    const replay = lineTo({ ...endpoint, url: "http://192.0.2.1/v1" }, { mode: "replay", recording: kept });
    const again = [await replay.ask("b", { stream: true }), await replay.ask("a"), await replay.ask("a")];
    expect(await Promise.all(again.map((response) => response.text()))).toEqual([texts[2], texts[0], texts[1]]);
    expect(heard.slice(3)).toMatchObject([{ replayed: true }, { replayed: true }, { replayed: true }]);
    await expect(replay.ask("a")).rejects.toMatchObject({ code: "PAWL_MODEL_NOT_RECORDED" });
    const other = lineTo(endpoint, { mode: "replay", recording: kept, scope: "2" });
    await expect(other.ask("a")).rejects.toMatchObject({ code: "PAWL_MODEL_NOT_RECORDED" });
    kept.close();
  });

  test("is the same file for the same exchanges, survives a crash, and takes no half line for an exchange", () => {
    const file = recordingFile();
    const exchange = (key: string) => ({
      key: key.padEnd(64, "0"),
      status: 200,
      contentType: "application/json",
      pieces: ["{}"],
      wallMs: 1,
    });
    const first = openRecording(file);
    first.add(exchange("b"));
    first.add(exchange("a"));
    // As after a kill: never closed, and the last line half written.
    const journal = readFileSync(`${file}.journal`, "utf8");
    first.close();
    const bytes = readFileSync(file);
    rmSync(file);
    writeFileSync(`${file}.journal`, `${journal}{"key":"c`);
    const second = openRecording(file);
    expect(second.size).toBe(2);
    second.close();
    expect(readFileSync(file).equals(bytes)).toBe(true);
    writeFileSync(file, "not compressed");
    expect(() => openRecording(file)).toThrow(expect.objectContaining({ code: "PAWL_DATA_INVALID", path: file }));
  });

  test("of thousands of exchanges is small enough for git", () => {
    const file = recordingFile();
    const recording = openRecording(file);
    for (let n = 0; n < 3_000; n += 1) {
      const content = `Order ${n * 7} was delivered on day ${n % 31}; the refund of ${n * 3}.50 is ${n % 2 ? "granted" : "refused"}.`;
      const body = { id: `c-${n}`, model: "m", choices: [{ index: 0, message: { role: "assistant", content } }] };
      const key = Buffer.from(`${n}`.padStart(32, "x")).toString("hex");
      recording.add({ key, status: 200, contentType: "application/json", pieces: [JSON.stringify(body)], wallMs: n });
    }
    recording.close();
    expect(statSync(file).size).toBeLessThan(200_000);
  });
});
