import { type ChildProcess, spawn } from "node:child_process";
import { firstLine } from "./nvidia-smi.ts";

/** One line of the long-lived query. */
export interface Reading {
  readonly gpu: string;
  /** Memory in use on the whole GPU, in mebibytes. `null` where the driver does not say, as for divided GPUs. */
  readonly usedMb: number | null;
}

export interface WatcherOptions {
  readonly nvidiaSmi: string;
  readonly intervalMs: number;
  onReading(reading: Reading): void;
  /** Called once, unless it was stopped. */
  onEnd(why: string): void;
}

/** Longer than any line of the query; whatever writes this much without a line end is not nvidia-smi. */
const MAX_LINE = 65_536;
const LINE = /^(GPU-[0-9a-f-]+)\s*,\s*(\d+(?:\.\d+)?|\[?(?:N\/A|Not Supported)\]?)$/i;

/** Reads one line of `--query-gpu=uuid,memory.used --format=csv,noheader,nounits`; `null` for anything else. */
export function parseReading(line: string): Reading | null {
  const match = LINE.exec(line.trim());
  if (match === null) return null;
  const used = Number(match[2]);
  return { gpu: match[1]!, usedMb: Number.isFinite(used) ? used : null };
}

/** One nvidia-smi that prints the state of all GPUs over and over. */
export class Watcher {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #rest = "";
  /** The last lines that were no readings: what it complained about. */
  #complaint = "";
  #stopped = false;

  constructor({ nvidiaSmi, intervalMs, onReading, onEnd }: WatcherOptions) {
    const query = ["--query-gpu=uuid,memory.used", "--format=csv,noheader,nounits", "-lms", String(intervalMs)];
    const child = spawn(nvidiaSmi, query, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    // Reading must not keep an engine alive that is otherwise done.
    child.unref();
    child.stdout.setEncoding("utf8").on("data", (text: string) => this.#read(text, onReading));
    child.stderr.setEncoding("utf8").on("data", (text: string) => this.#complain(text));
    this.#ended = new Promise((resolve) => {
      const end = (why: string): void => {
        resolve();
        if (this.#stopped) return;
        this.#stopped = true;
        onEnd(this.#complaint === "" ? why : `${why}: ${this.#complaint}`);
      };
      child.once("error", (error) => end(`nvidia-smi cannot be started: ${error.message}`));
      child.once("close", (code, signal) => end(`nvidia-smi ended (${signal ?? `exit ${code}`})`));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends the process; `onEnd` is not called. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  #read(text: string, onReading: (reading: Reading) => void): void {
    if (this.#stopped) return;
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > MAX_LINE) this.#child.kill("SIGKILL");
    for (const line of lines) {
      const reading = parseReading(line);
      if (reading === null) this.#complain(line);
      else onReading(reading);
    }
  }

  #complain(text: string): void {
    this.#complaint = firstLine(text) ?? this.#complaint;
  }
}
