import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { PawlError } from "@pawl/plugin";
import { z } from "zod";

/** One exchange as it is kept. */
const exchangeSchema = z.strictObject({
  key: z.string().length(64),
  status: z.int().min(100).max(599),
  contentType: z.string(),
  /** The answer's body: events of a stream one by one, anything else in one piece. */
  pieces: z.array(z.string()),
  wallMs: z.number().nonnegative(),
  /** Answers that had begun before and could not be used: they were paid. */
  wasted: z.int().positive().optional(),
});
export type RecordedExchange = z.output<typeof exchangeSchema>;

const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 19 } };
const LARGEST = 1_073_741_824;

/**
 * Exchanges with models in one file: JSON Lines, compressed as a whole with Zstandard, in the order of their keys, so that
 * the same exchanges give the same file. While it grows, what is new goes line by line into a journal beside it, which
 * survives a crash; closing folds the journal into the file.
 */
export class Recording {
  readonly #file: string;
  readonly #exchanges: Map<string, RecordedExchange>;
  #users = 0;

  /** Use {@link openRecording}. */
  constructor(file: string) {
    this.#file = file;
    this.#exchanges = new Map(read(file).map((each) => [each.key, each]));
  }

  get size(): number {
    return this.#exchanges.size;
  }

  find(key: string): RecordedExchange | undefined {
    return this.#exchanges.get(key);
  }

  /** Keeps an exchange; it is on the disk when this returns. Replaces what had the same key. */
  add(exchange: RecordedExchange): void {
    this.#exchanges.set(exchange.key, exchange);
    mkdirSync(dirname(this.#file), { recursive: true });
    appendFileSync(journalOf(this.#file), `${JSON.stringify(exchange)}\n`);
  }

  /** @internal */
  use(): this {
    this.#users += 1;
    return this;
  }

  /** Writes the file, where there is anything new. */
  close(): void {
    this.#users -= 1;
    if (this.#users === 0) open.delete(this.#file);
    if (!existsSync(journalOf(this.#file))) return;
    const lines = [...this.#exchanges.values()]
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map((exchange) => `${JSON.stringify(exchange)}\n`);
    const draft = `${this.#file}.new`;
    writeFileSync(draft, zstdCompressSync(lines.join(""), LEVEL));
    renameSync(draft, this.#file);
    rmSync(journalOf(this.#file));
  }
}

const open = new Map<string, Recording>();

/**
 * Opens a recording. Plugins of one process that name the same file share it; each closes it once.
 * @throws PawlError `PAWL_DATA_INVALID` where the file is none
 */
export function openRecording(file: string): Recording {
  const path = resolve(file);
  const recording = open.get(path) ?? new Recording(path);
  open.set(path, recording);
  return recording.use();
}

/** Whether there is a recording to replay. */
export function hasRecording(file: string): boolean {
  return existsSync(file) || existsSync(journalOf(file));
}

function journalOf(file: string): string {
  return `${file}.journal`;
}

function read(file: string): RecordedExchange[] {
  const kept = existsSync(file) ? readLines(file, decompress(file)) : [];
  if (!existsSync(journalOf(file))) return kept;
  // A crash may have cut the last line off: that exchange was not kept then.
  const journal = readFileSync(journalOf(file), "utf8");
  return [...kept, ...readLines(journalOf(file), journal.slice(0, journal.lastIndexOf("\n") + 1))];
}

function decompress(file: string): string {
  try {
    return zstdDecompressSync(readFileSync(file), { maxOutputLength: LARGEST }).toString("utf8");
  } catch (error) {
    throw unreadable(file, (error as Error).message, error);
  }
}

function readLines(file: string, text: string): RecordedExchange[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line, at) => {
      try {
        return exchangeSchema.parse(JSON.parse(line));
      } catch (error) {
        throw unreadable(file, `line ${at + 1} is no exchange`, error);
      }
    });
}

function unreadable(file: string, reason: string, cause: unknown): PawlError {
  return new PawlError("PAWL_DATA_INVALID", `a recording cannot be read: ${reason}`, {
    path: file,
    remedy: "Restore the file, or delete it and record again.",
    cause,
  });
}
