import { concat, leb, ModuleError, Reader, sized } from "./bytes.ts";
import { MEMORY_GROW, skipExpression, skipInstruction, skipValueType } from "./instructions.ts";

/** What a module may have. */
export interface ModuleCaps {
  /** Pages of 64 KiB that its memory may have at the most. */
  readonly pages: number;
  /** Entries that all of its tables may have together. */
  readonly tableEntries: number;
}

/** The export that counts how often the module asked for more memory than it may have and was refused. */
export const REFUSED = "pawl:memory-refused";

/**
 * The export of what was the module's start function. It is for the host to call, once it has the module's memory: it
 * would otherwise run while there is no instance yet.
 */
export const BEGIN = "pawl:begin";

const SECTION = {
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  code: 10,
} as const;
/** The order in which the sections of a module must stand, by their numbers. */
const ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];
const I32 = 0x7f;
const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/**
 * Writes a module anew with its memory and its tables capped. V8 has no other cap for either.
 *
 * A refused `memory.grow` is an ordinary answer to a program, which may then end in any way it likes. So that running
 * out of memory can be told from other ends, each `memory.grow` becomes a call of a function that is added to the
 * module: it grows the memory, and counts refusals in a global that is exported as {@link REFUSED}.
 *
 * @throws ModuleError for imported, shared, 64-bit or multiple memories, imported tables, garbage-collected types
 * (their heap is not in the memory section), and what cannot be read
 */
export function clampModule(bytes: Uint8Array, caps: ModuleCaps): Uint8Array<ArrayBuffer> {
  const sections = readSections(bytes);
  const section = (id: number): Reader | undefined => {
    const found = sections.get(id);
    return found && new Reader(found);
  };
  const types = countTypes(section(SECTION.type));
  const imports = countImports(section(SECTION.import));
  const memory = section(SECTION.memory);
  const tables = section(SECTION.table);
  if (memory !== undefined) sections.set(SECTION.memory, clampMemory(memory, caps.pages));
  if (tables !== undefined) sections.set(SECTION.table, clampTables(tables, caps.tableEntries));

  const start = section(SECTION.start)?.u32();
  if (start !== undefined) {
    sections.delete(SECTION.start);
    append(sections, SECTION.export, [...exportName(BEGIN), 0, ...leb(start)]);
  }

  const code = section(SECTION.code);
  if (memory !== undefined && code !== undefined) {
    const functions = section(SECTION.function)?.u32() ?? 0;
    const globals = section(SECTION.global)?.u32() ?? 0;
    const grow = imports.functions + functions;
    const flag = imports.globals + globals;
    const bodies = replaceGrow(code, grow);
    if (bodies !== undefined) {
      append(sections, SECTION.type, [0x60, 1, I32, 1, I32]);
      append(sections, SECTION.function, leb(types));
      append(sections, SECTION.global, [I32, 1, 0x41, 0, 0x0b]);
      append(sections, SECTION.export, [...exportName(REFUSED), 3, ...leb(flag)]);
      const body = growBody(flag);
      sections.set(SECTION.code, concat([...bodies, Uint8Array.from([...leb(body.length), ...body])]));
    }
  }
  const written: Uint8Array[] = [Uint8Array.from(PREAMBLE)];
  for (const id of ORDER) {
    const content = sections.get(id);
    if (content !== undefined) written.push(Uint8Array.of(id), ...sized([content]));
  }
  // Names of functions make traps readable. Other custom sections may point at places that have moved.
  const names = sections.get(NAMES);
  if (names !== undefined) written.push(Uint8Array.of(0), ...sized([names]));
  return concat(written);
}

/**
 * The body of the function that grows the memory. A program that goes on asking after it has been refused so many times
 * is trapped: it would otherwise use up its time, and nobody would learn that it was the memory that it lacked.
 */
function growBody(flag: number): number[] {
  const global = leb(flag);
  const grow = [0x20, 0, MEMORY_GROW, 0, 0x22, 0]; // local.get 0, memory.grow, local.tee 0
  const refused = [0x41, 0x7f, 0x46, 0x04, 0x40]; // i32.const -1, i32.eq, if
  const count = [0x23, ...global, 0x41, 1, 0x6a, 0x24, ...global]; // global.get, i32.const 1, i32.add, global.set
  const enough = [0x23, ...global, 0x41, ...REFUSALS, 0x4b, 0x04, 0x40, 0x00, 0x0b]; // …, i32.gt_u, if, unreachable, end
  return [0, ...grow, ...refused, ...count, ...enough, 0x0b, 0x20, 0, 0x0b]; // no locals; …, end, local.get 0, end
}

/** Refusals that a program may take, 128, as a signed integer. */
const REFUSALS = [0x80, 0x01];

function exportName(name: string): number[] {
  return [...leb(name.length), ...new TextEncoder().encode(name)];
}

/** Where the custom section with the names is kept. */
const NAMES = -1;

function readSections(bytes: Uint8Array): Map<number, Uint8Array> {
  if (!PREAMBLE.every((byte, i) => bytes[i] === byte)) {
    throw new ModuleError("malformed", "this is no WebAssembly module of version 1");
  }
  const sections = new Map<number, Uint8Array>();
  const reader = new Reader(bytes, PREAMBLE.length);
  let place = -1;
  while (!reader.done) {
    const id = reader.byte();
    const part = reader.part();
    const content = part.rest();
    if (id === 0) {
      if (part.name() === "name") sections.set(NAMES, content);
      continue;
    }
    const at = ORDER.indexOf(id);
    if (at === -1) throw new ModuleError("refused", `the module has a section of the unknown kind ${id}`);
    if (at <= place) throw new ModuleError("malformed", "the sections of the module are out of order");
    place = at;
    sections.set(id, content);
  }
  return sections;
}

function countTypes(reader: Reader | undefined): number {
  if (reader === undefined) return 0;
  const count = reader.u32();
  for (let left = count; left > 0; left--) {
    if (reader.byte() !== 0x60) {
      throw new ModuleError("refused", "garbage-collected types are refused: their memory cannot be capped");
    }
    for (let side = 0; side < 2; side++) for (let types = reader.u32(); types > 0; types--) skipValueType(reader);
  }
  return count;
}

function countImports(reader: Reader | undefined): { functions: number; globals: number } {
  const counts = { functions: 0, globals: 0 };
  if (reader === undefined) return counts;
  for (let left = reader.u32(); left > 0; left--) {
    const name = `${reader.name()}.${reader.name()}`;
    const kind = reader.byte();
    if (kind === 2) throw new ModuleError("refused", `the module imports its memory (${name}); it must define it`);
    if (kind === 1) throw new ModuleError("refused", `the module imports a table (${name}); it must define it`);
    if (kind !== 0) throw new ModuleError("refused", `the module imports ${name}, which is no function`);
    reader.u32();
    counts.functions += 1;
  }
  return counts;
}

function clampMemory(reader: Reader, pages: number): Uint8Array {
  const count = reader.u32();
  if (count === 0) return Uint8Array.of(0);
  if (count > 1) throw new ModuleError("refused", `the module has ${count} memories; one is allowed`);
  const flags = reader.byte();
  if ((flags & 0b010) !== 0) throw new ModuleError("refused", "the memory of the module is shared");
  if ((flags & 0b100) !== 0) throw new ModuleError("refused", "the memory of the module is a 64-bit one (memory64)");
  if (flags > 1) throw new ModuleError("refused", `the memory of the module has unknown flags (${flags})`);
  const least = reader.u32();
  const most = flags === 1 ? reader.u32() : pages;
  if (least > pages) {
    throw new ModuleError("too-large", `the module starts with ${least} pages of memory, and ${pages} are allowed`);
  }
  return Uint8Array.from([1, 1, ...leb(least), ...leb(Math.min(most, pages))]);
}

function clampTables(reader: Reader, entries: number): Uint8Array {
  const count = reader.u32();
  const chunks: Uint8Array[] = [Uint8Array.from(leb(count))];
  let room = entries;
  const tables = Array.from({ length: count }, () => readTable(reader));
  for (const { least } of tables) room -= least;
  if (room < 0) throw new ModuleError("too-large", `the tables of the module have more than ${entries} entries`);
  for (const { head, least, most, tail } of tables) {
    // What is left is for whoever comes first: together they stay within the cap.
    const growth = Math.min(most - least, room);
    room -= growth;
    chunks.push(head, Uint8Array.from([1, ...leb(least), ...leb(least + growth)]), tail);
  }
  return concat(chunks);
}

function readTable(reader: Reader): { head: Uint8Array; least: number; most: number; tail: Uint8Array } {
  const start = reader.offset;
  const initialised = reader.bytes[start] === 0x40;
  if (initialised) reader.skip(2);
  skipValueType(reader);
  const head = reader.bytes.subarray(start, reader.offset);
  const flags = reader.byte();
  if (flags > 1) throw new ModuleError("refused", "a table of the module is shared or a 64-bit one");
  const least = reader.u32();
  const most = flags === 1 ? reader.u32() : Number.MAX_SAFE_INTEGER;
  const tail = reader.offset;
  if (initialised) skipExpression(reader);
  return { head, least, most, tail: reader.bytes.subarray(tail, reader.offset) };
}

/** The code section with each `memory.grow` as a call, one function longer; undefined where there is none. */
function replaceGrow(reader: Reader, grow: number): Uint8Array[] | undefined {
  const call = Uint8Array.from([0x10, ...leb(grow)]);
  const count = reader.u32();
  const chunks: Uint8Array[] = [Uint8Array.from(leb(count + 1))];
  let found = false;
  for (let left = count; left > 0; left--) {
    const body = reader.part();
    const pieces: Uint8Array[] = [];
    let copied = body.offset;
    for (let groups = body.u32(); groups > 0; groups--) {
      body.u32();
      skipValueType(body);
    }
    while (!body.done) {
      const at = body.offset;
      if (skipInstruction(body) !== MEMORY_GROW) continue;
      pieces.push(body.bytes.subarray(copied, at), call);
      copied = body.offset;
      found = true;
    }
    pieces.push(body.bytes.subarray(copied, body.end));
    chunks.push(...sized(pieces));
  }
  return found ? chunks : undefined;
}

/** Adds an element to a section that is a vector, or makes the section. */
function append(sections: Map<number, Uint8Array>, id: number, element: readonly number[]): void {
  const reader = new Reader(sections.get(id) ?? Uint8Array.of(0));
  const count = reader.u32();
  sections.set(id, concat([Uint8Array.from(leb(count + 1)), reader.rest(), Uint8Array.from(element)]));
}
