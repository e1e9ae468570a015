/** File name of the adapter among the candidate's files; a candidate cannot take its place. */
export const ADAPTER = "pawl-adapter.ts";

/**
 * The program, in AssemblyScript, that makes a WASI command of a surface that exports `answer(input: string): string`:
 * it reads a line, asks for the answer and writes it, until there are no more lines. It is locked with this package.
 * @param surface path of the surface, without its ending
 */
export function adapterSource(surface: string): string {
  return `
import { answer } from ${JSON.stringify(`./${surface}`)};

// @ts-ignore
@external("wasi_snapshot_preview1", "fd_read")
declare function fd_read(fd: i32, vectors: usize, count: i32, result: usize): i32;
// @ts-ignore
@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: i32, vectors: usize, count: i32, result: usize): i32;
// @ts-ignore
@external("wasi_snapshot_preview1", "random_get")
declare function random_get(pointer: usize, length: i32): i32;
// @ts-ignore
@external("wasi_snapshot_preview1", "proc_exit")
declare function proc_exit(code: i32): void;

function write(fd: i32, text: string): void {
  // Not a global: what a surface does when it is loaded comes before any global here.
  const vector = memory.data(12);
  const bytes = String.UTF8.encode(text);
  let at: usize = changetype<usize>(bytes);
  let left: u32 = bytes.byteLength;
  while (left > 0) {
    store<u32>(vector, at);
    store<u32>(vector, left, 4);
    if (fd_write(fd, vector, 1, vector + 8) != 0) proc_exit(74);
    const written = load<u32>(vector, 8);
    at += written;
    left -= written;
  }
}

// @ts-ignore
@global
function pawlAbort(message: string | null, file: string | null, line: u32, column: u32): void {
  let text = "abort";
  if (message !== null) text += ": " + message;
  if (file !== null) text += " at " + file + ":" + line.toString() + ":" + column.toString();
  write(2, text + "\\n");
  proc_exit(134);
}

// @ts-ignore
@global
function pawlSeed(): f64 {
  const random = memory.data(8);
  random_get(random, 8);
  return reinterpret<f64>(load<u64>(random));
}

// @ts-ignore
@global
function pawlTrace(message: string, n: i32 = 0, a: f64 = 0, b: f64 = 0, c: f64 = 0, d: f64 = 0, e: f64 = 0): void {
  let text = message;
  if (n > 0) text += " " + a.toString();
  if (n > 1) text += " " + b.toString();
  if (n > 2) text += " " + c.toString();
  if (n > 3) text += " " + d.toString();
  if (n > 4) text += " " + e.toString();
  write(2, text + "\\n");
}

function readAll(): ArrayBuffer {
  const vector = memory.data(12);
  let bytes = new ArrayBuffer(65536);
  let used: i32 = 0;
  while (true) {
    if (used == bytes.byteLength) {
      const larger = new ArrayBuffer(bytes.byteLength * 2);
      memory.copy(changetype<usize>(larger), changetype<usize>(bytes), used);
      bytes = larger;
    }
    store<u32>(vector, changetype<usize>(bytes) + used);
    store<u32>(vector, bytes.byteLength - used, 4);
    if (fd_read(0, vector, 1, vector + 8) != 0) proc_exit(74);
    const count = load<u32>(vector, 8);
    if (count == 0) return bytes.slice(0, used);
    used += count;
  }
}

export function _start(): void {
  const input = readAll();
  const end = input.byteLength;
  const bytes = changetype<usize>(input);
  let from = 0;
  while (from < end) {
    let to = from;
    while (to < end && load<u8>(bytes + to) != 10) to++;
    write(1, answer(String.UTF8.decodeUnsafe(bytes + from, to - from)) + "\\n");
    from = to + 1;
  }
}
`;
}
