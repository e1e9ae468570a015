import { CandidateFault } from "@pawl/sandbox-process/child";
import type { Clock } from "../plan.ts";
import { seeded } from "./random.ts";
import { Sink } from "./sink.ts";

/** Numbers of errors, from the WASI preview 1 witx. */
const OK = 0;
const BADF = 8;
const FAULT = 21;
const INVAL = 28;
const SPIPE = 70;
const NOTCAPABLE = 76;

/** Kept of what a program writes to stderr, in bytes. */
const STDERR_BYTES = 65_536;
const NS_PER_MS = 1_000_000n;

/** Everything that preview 1 has beside what is implemented below: files, folders, sockets and signals. */
const ABSENT = [
  "fd_advise",
  "fd_allocate",
  "fd_datasync",
  "fd_fdstat_set_flags",
  "fd_fdstat_set_rights",
  "fd_filestat_set_size",
  "fd_filestat_set_times",
  "fd_pread",
  "fd_prestat_dir_name",
  "fd_prestat_get",
  "fd_pwrite",
  "fd_readdir",
  "fd_renumber",
  "fd_sync",
  "path_create_directory",
  "path_filestat_get",
  "path_filestat_set_times",
  "path_link",
  "path_open",
  "path_readlink",
  "path_remove_directory",
  "path_rename",
  "path_symlink",
  "path_unlink_file",
  "sock_accept",
  "sock_recv",
  "sock_send",
  "sock_shutdown",
];

/** How a program ended itself. Thrown through it, since nothing else stops it. */
export class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

export interface WasiSettings {
  readonly argv: readonly string[];
  readonly stdin: Uint8Array;
  readonly seed: number;
  readonly clock: Clock;
  readonly outputBytes: number;
}

type WasiFunction = (...values: number[]) => number;

/**
 * The part of WASI preview 1 that a program gets: its arguments, three streams, random numbers from the seed, and a
 * clock that tells no more than it may. No folders, no environment, no sockets. Node's own `node:wasi` is not used: its
 * clocks and random numbers are the machine's, and its streams are descriptors.
 */
export class Wasi {
  memory: WebAssembly.Memory | undefined;
  /**
   * How the program was ended, by itself or by a limit. A module that catches exceptions catches these as well; it gets
   * no further with it than to its next call, and its end is what it was.
   */
  ended: Exit | CandidateFault | undefined;
  readonly #settings: WasiSettings;
  readonly #stdout = new Sink();
  readonly #stderr = new Sink();
  #read = 0;

  constructor(settings: WasiSettings) {
    this.#settings = settings;
  }

  get stdout(): Buffer {
    return this.#stdout.bytes;
  }

  get stderr(): string {
    return this.#stderr.bytes.toString("utf8");
  }

  /** The functions that a module may import from `wasi_snapshot_preview1`. */
  imports(): Record<string, (...values: never[]) => unknown> {
    const random = seeded(this.#settings.seed);
    const { argv } = this.#settings;
    const args = argv.map((each) => new TextEncoder().encode(`${each}\0`));
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    const functions: Record<string, WasiFunction> = {
      args_sizes_get: (count, size) => this.#sizes(args, count!, size!),
      args_get: (pointers, bytes) => this.#strings(args, pointers!, bytes!),
      environ_sizes_get: (count, size) => this.#sizes([], count!, size!),
      environ_get: () => OK,
      clock_res_get: (id, result) => this.#time(id!, result!, BigInt(Math.round(this.#stepMs() * 1e6))),
      fd_close: (fd) => (fd! <= 2 ? OK : BADF),
      fd_fdstat_get: (fd, result) => this.#fdstat(fd!, result!),
      fd_filestat_get: (fd, result) => {
        if (fd! > 2) return BADF;
        this.#bytes(result!, 64).fill(0);
        return OK;
      },
      fd_read: (fd, vectors, count, result) => this.#readStdin(fd!, vectors!, count!, result!),
      fd_tell: (fd) => (fd! <= 2 ? SPIPE : BADF),
      fd_write: (fd, vectors, count, result) => this.#write(fd!, vectors!, count!, result!),
      proc_exit: (code) => this.#end(new Exit(code!)),
      proc_raise: (signal) => this.#end(new Exit(128 + signal!)),
      random_get: (pointer, length) => {
        const bytes = this.#bytes(pointer!, length!);
        for (let i = 0; i < bytes.length; i++) bytes[i] = random();
        return OK;
      },
      sched_yield: () => OK,
    };
    for (const name of ABSENT)
      functions[name] = name.startsWith("fd_") ? (fd) => (fd! <= 2 ? NOTCAPABLE : BADF) : () => NOTCAPABLE;
    const guarded: Record<string, (...values: never[]) => unknown> = {
      // These two take 64-bit integers.
      clock_time_get: this.#guard((id: number, _precision: bigint, result: number) =>
        this.#time(id >>> 0, result >>> 0, this.#now()),
      ),
      fd_seek: (fd: number) => (fd >>> 0 <= 2 ? SPIPE : BADF),
      poll_oneoff: this.#guard((subscriptions: number, events: number, count: number, result: number) =>
        this.#poll(sleeper, subscriptions >>> 0, events >>> 0, count >>> 0, result >>> 0),
      ),
    };
    for (const [name, run] of Object.entries(functions)) {
      guarded[name] ??= this.#guard((...values: number[]) => run(...values.map((value) => Number(value) >>> 0)));
    }
    return guarded;
  }

  #end(how: Exit | CandidateFault): never {
    this.ended = how;
    throw how;
  }

  /** A pointer to somewhere else is the program's mistake, which it is told. */
  #guard<T extends readonly unknown[]>(run: (...values: T) => number): (...values: T) => number {
    return (...values) => {
      if (this.ended !== undefined) throw this.ended;
      try {
        return run(...values);
      } catch (error) {
        if (error instanceof RangeError) return FAULT;
        throw error;
      }
    };
  }

  #bytes(pointer: number, length: number): Uint8Array {
    if (this.memory === undefined) throw new RangeError("there is no memory yet");
    return new Uint8Array(this.memory.buffer, pointer, length);
  }

  #view(pointer: number, length: number): DataView {
    if (this.memory === undefined) throw new RangeError("there is no memory yet");
    return new DataView(this.memory.buffer, pointer, length);
  }

  #put(pointer: number, value: number): void {
    this.#view(pointer, 4).setUint32(0, value, true);
  }

  #sizes(strings: readonly Uint8Array[], count: number, size: number): number {
    this.#put(count, strings.length);
    this.#put(
      size,
      strings.reduce((sum, each) => sum + each.length, 0),
    );
    return OK;
  }

  #strings(strings: readonly Uint8Array[], pointers: number, bytes: number): number {
    let at = bytes;
    for (const [i, each] of strings.entries()) {
      this.#put(pointers + 4 * i, at);
      this.#bytes(at, each.length).set(each);
      at += each.length;
    }
    return OK;
  }

  #stepMs(): number {
    const { clock } = this.#settings;
    return clock === "fixed" ? 1_000 : clock.resolutionMs;
  }

  /** Nanoseconds since the epoch, as far as this program may know. */
  #now(): bigint {
    const { clock } = this.#settings;
    if (clock === "fixed") return 0n;
    const step = clock.resolutionMs;
    return BigInt(Math.floor(Date.now() / step) * step) * NS_PER_MS;
  }

  #time(id: number, result: number, value: bigint): number {
    if (id > 3) return INVAL;
    this.#view(result, 8).setBigUint64(0, value, true);
    return OK;
  }

  #fdstat(fd: number, result: number): number {
    if (fd > 2) return BADF;
    const view = this.#view(result, 24);
    // Of no known kind: a terminal would make the C library write every line at once.
    view.setBigUint64(0, 0n, true);
    view.setBigUint64(8, fd === 0 ? 2n : 64n, true);
    view.setBigUint64(16, 0n, true);
    return OK;
  }

  /** One after the other: there may be millions of them, which must not take memory of the host's. */
  *#vectors(pointer: number, count: number): Generator<{ readonly pointer: number; readonly length: number }> {
    const view = this.#view(pointer, count * 8);
    for (let at = 0; at < view.byteLength; at += 8) {
      yield { pointer: view.getUint32(at, true), length: view.getUint32(at + 4, true) };
    }
  }

  #readStdin(fd: number, vectors: number, count: number, result: number): number {
    if (fd !== 0) return BADF;
    const { stdin } = this.#settings;
    let total = 0;
    for (const { pointer, length } of this.#vectors(vectors, count)) {
      const part = stdin.subarray(this.#read, this.#read + length);
      this.#bytes(pointer, length).set(part);
      this.#read += part.length;
      total += part.length;
      if (part.length < length) break;
    }
    this.#put(result, total);
    return OK;
  }

  #write(fd: number, vectors: number, count: number, result: number): number {
    if (fd !== 1 && fd !== 2) return BADF;
    let total = 0;
    for (const { pointer, length } of this.#vectors(vectors, count)) {
      const bytes = this.#bytes(pointer, length);
      total += length;
      if (fd === 1) {
        const { outputBytes } = this.#settings;
        if (this.#stdout.length + length > outputBytes) {
          this.#end(new CandidateFault("output-limit", `the answers are larger than ${outputBytes} bytes`));
        }
        this.#stdout.append(bytes);
      } else {
        this.#stderr.append(bytes.subarray(0, STDERR_BYTES - this.#stderr.length));
      }
    }
    this.#put(result, total % 4_294_967_296);
    return OK;
  }

  /** Waits for a clock, really: the wall limit is the same for one who sleeps. A stream is always ready. */
  #poll(sleeper: Int32Array, subscriptions: number, events: number, count: number, result: number): number {
    if (count === 0) return INVAL;
    const asked = this.#view(subscriptions, count * 48);
    const told = this.#view(events, count * 32);
    const due = Array.from({ length: count }, (_, i) => {
      if (asked.getUint8(48 * i + 8) !== 0) return 0;
      const time = asked.getBigUint64(48 * i + 24, true);
      const absolute = (asked.getUint16(48 * i + 40, true) & 1) === 1;
      return Math.max(0, Number(absolute ? time - this.#now() : time) / 1e6);
    });
    const wait = Math.min(...due);
    if (wait > 0) Atomics.wait(sleeper, 0, 0, wait);
    let ready = 0;
    for (const [i, each] of due.entries()) {
      if (each > wait) continue;
      for (let byte = 0; byte < 32; byte++) told.setUint8(32 * ready + byte, 0);
      told.setBigUint64(32 * ready, asked.getBigUint64(48 * i, true), true);
      told.setUint8(32 * ready + 10, asked.getUint8(48 * i + 8));
      ready += 1;
    }
    this.#put(result, ready);
    return OK;
  }
}

/** What a program may import by name; anything else is not preview 1. */
export const PREVIEW1 = "wasi_snapshot_preview1";
