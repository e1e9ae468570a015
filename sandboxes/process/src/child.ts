import { spawn, type ChildProcess } from "node:child_process";
import { PawlError } from "@pawl/plugin";
import { childDescriptors } from "./descriptors.ts";
import { encodeFrame, FrameError, FrameReader } from "./frames.ts";
import type { CapSlot } from "./memory-cap/memory-cap.ts";
import { type BlobKind, HEADER_BYTES, type Request, type Response } from "./protocol.ts";
import { responseSchema } from "./response-schema.ts";

/** Characters of a child's last words that are kept. */
const LAST_WORDS = 8_192;
/** What a question to a model counts for at least, in bytes. */
const LEAST_BYTES = 256;
/** How long a child may take to start, in milliseconds; it takes a fraction of a second. */
const START_MS = 60_000;

/** What came from a child, or how it ended. */
export type ChildEvent =
  | { readonly kind: "response"; readonly response: Response; readonly body: Buffer }
  /** It sent something that it never sends. */
  | { readonly kind: "breach"; readonly reason: string }
  /** It announced more output than it may send. */
  | { readonly kind: "flood"; readonly reason: string }
  | { readonly kind: "exit"; readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** One child process. Its events are read one at a time; after anything but a response it is of no more use. */
export class Child {
  readonly pid: number;
  readonly slot: CapSlot;
  /** Digests of the blobs that the child holds, by kind, oldest use first, with their size in bytes. */
  readonly held: Readonly<Record<BlobKind, Map<string, number>>> = { batch: new Map(), module: new Map() };
  /** Settles when the process is gone. */
  readonly gone: Promise<void>;
  uid = 0;
  /** Jobs that it was given. */
  jobs = 0;
  #process: ChildProcess;
  #caps = { headerBytes: HEADER_BYTES, bodyBytes: 0 };
  #events: ChildEvent[] = [];
  #wake: (() => void) | undefined;
  #lastWords = "";
  #ended = false;

  private constructor(process: ChildProcess, slot: CapSlot) {
    this.#process = process;
    this.pid = process.pid!;
    this.slot = slot;
    this.gone = new Promise((resolve) => {
      process.once("close", (code, signal) => {
        this.#ended = true;
        this.#push({ kind: "exit", code, signal });
        resolve();
      });
    });
    const reader = new FrameReader(this.#caps);
    process.stdout!.on("data", (chunk: Buffer) => this.#read(reader, chunk));
    process.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS);
    });
    // Writing to a child that has just ended fails; its exit is reported anyway.
    process.stdin!.on("error", () => undefined);
  }

  /**
   * Starts a child and waits until it is ready, confined and capped.
   * @param allowance bytes that it may use beyond what it uses when it is ready
   * @throws PawlError `PAWL_SANDBOX_FAILED` where it does not start, `PAWL_SANDBOX_UNENFORCEABLE` where it cannot be capped
   */
  static async start(command: readonly string[], slot: CapSlot, allowance: number): Promise<Child> {
    const [file, ...args] = [...slot.launcher, ...command];
    // In a process group of its own: a Ctrl-C at the terminal is for the engine, which then decides what becomes of it.
    const started = spawn(file!, args, { env: {}, cwd: "/", stdio: childDescriptors(), detached: true });
    if (started.pid === undefined) {
      const error = await new Promise<Error>((resolve) => started.once("error", resolve));
      await slot.remove();
      throw new PawlError("PAWL_SANDBOX_FAILED", `a sandbox process cannot be started: ${error.message}`);
    }
    const child = new Child(started, slot);
    try {
      const capped = (act: () => void): void => {
        try {
          act();
        } catch (error) {
          throw new PawlError(
            "PAWL_SANDBOX_UNENFORCEABLE",
            `memoryMb cannot be enforced: ${(error as Error).message}`,
            {
              remedy: 'Choose another mechanism with the option memoryCap; "pawl doctor" tells which work here.',
              cause: error,
            },
          );
        }
      };
      capped(() => slot.adopt(child.pid));
      const event = await child.next(START_MS);
      if (event?.kind !== "response" || event.response.type !== "ready") {
        throw new PawlError("PAWL_SANDBOX_FAILED", `a sandbox process did not start: ${child.epitaph(event)}`);
      }
      child.uid = event.response.uid;
      capped(() => slot.settle(child.pid, allowance));
      return child;
    } catch (error) {
      await child.end();
      throw error;
    }
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** What V8 said on its way out. */
  get lastWords(): string {
    return this.#lastWords;
  }

  /** Sends a request and says how many bytes of outputs may come back. */
  send(request: Request, body: Buffer | undefined, outputBytes: number): void {
    this.#caps.bodyBytes = outputBytes;
    for (const chunk of encodeFrame(request, body)) this.#process.stdin!.write(chunk);
  }

  /** Hands an answer of a model to the job that runs. */
  answer(id: number, status: number, text: string): void {
    for (const chunk of encodeFrame({ type: "answer", id, status } satisfies Request, Buffer.from(text))) {
      this.#process.stdin!.write(chunk);
    }
  }

  /** The next event, or undefined after `waitMs`. */
  async next(waitMs: number): Promise<ChildEvent | undefined> {
    if (this.#events.length === 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, waitMs);
      });
      clearTimeout(timer);
      this.#wake = undefined;
    }
    return this.#events.shift();
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  /** Kills the process, waits until it is gone and removes its cap. */
  async end(): Promise<void> {
    this.kill();
    await this.gone;
    await this.slot.remove();
  }

  /** One sentence on how the process ended. */
  epitaph(event: ChildEvent | undefined): string {
    const words = this.#lastWords.trim().split("\n").slice(0, 5).join(" ").slice(0, 500);
    if (event === undefined) return "no answer in time";
    if (event.kind === "response") return `an answer of type ${event.response.type}`;
    if (event.kind !== "exit") return event.reason;
    const how = event.signal === null ? `exit code ${event.code}` : event.signal;
    return words === "" ? how : `${how}: ${words}`;
  }

  #push(event: ChildEvent): void {
    this.#events.push(event);
    this.#wake?.();
  }

  #read(reader: FrameReader, chunk: Buffer): void {
    try {
      for (const { header, body } of reader.push(chunk)) {
        const parsed = responseSchema.safeParse(header);
        if (!parsed.success) throw new FrameError("malformed", "a header is not a known response");
        // Questions count against what may be sent, and each counts for something.
        if (parsed.data.type === "ask") this.#caps.bodyBytes -= Math.max(body.length, LEAST_BYTES);
        if (this.#caps.bodyBytes < 0) throw new FrameError("body-too-large", "more is asked than may be sent");
        this.#push({ kind: "response", response: parsed.data, body });
      }
    } catch (error) {
      // Nothing that this process sends is looked at any more.
      this.#process.stdout!.removeAllListeners("data").resume();
      this.kill();
      const { kind, message } = error as FrameError;
      this.#push(kind === "body-too-large" ? { kind: "flood", reason: message } : { kind: "breach", reason: message });
    }
  }
}
