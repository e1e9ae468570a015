import { ModuleError, type Reader } from "./bytes.ts";

/** Opcode of `memory.grow`; the index of the memory follows. */
export const MEMORY_GROW = 0x40;
const END = 0x0b;

/**
 * Steps over one instruction and returns its opcode. Which immediates follow which opcode is from the binary format of
 * the WebAssembly core specification, version 3, with the threads proposal and the older exception handling.
 * @throws ModuleError where the instruction is unknown, or belongs to garbage-collected types
 */
export function skipInstruction(reader: Reader): number {
  const opcode = reader.byte();
  // Numeric instructions, comparisons and conversions take nothing.
  if (opcode >= 0x45 && opcode <= 0xc4) return opcode;
  // Loads and stores.
  if (opcode >= 0x28 && opcode <= 0x3e) return skipMemoryArgument(reader, opcode);
  switch (opcode) {
    case 0x00: // unreachable
    case 0x01: // nop
    case 0x05: // else
    case 0x0a: // throw_ref
    case END:
    case 0x0f: // return
    case 0x19: // catch_all
    case 0x1a: // drop
    case 0x1b: // select
    case 0xd1: // ref.is_null
    case 0xd4: // ref.as_non_null
      return opcode;
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
    case 0x06: // try
    case 0x07: // catch
    case 0x08: // throw
    case 0x09: // rethrow
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x10: // call
    case 0x12: // return_call
    case 0x14: // call_ref
    case 0x15: // return_call_ref
    case 0x18: // delegate
    case 0x20: // local.get
    case 0x21: // local.set
    case 0x22: // local.tee
    case 0x23: // global.get
    case 0x24: // global.set
    case 0x25: // table.get
    case 0x26: // table.set
    case 0x3f: // memory.size
    case MEMORY_GROW:
    case 0x41: // i32.const
    case 0x42: // i64.const
    case 0xd0: // ref.null
    case 0xd2: // ref.func
    case 0xd5: // br_on_null
    case 0xd6: // br_on_non_null
      return skipIntegers(reader, opcode, 1);
    case 0x11: // call_indirect
    case 0x13: // return_call_indirect
      return skipIntegers(reader, opcode, 2);
    case 0x0e: // br_table
      return skipIntegers(reader, opcode, reader.u32() + 1);
    case 0x1c: // select with types
      for (let left = reader.u32(); left > 0; left--) skipValueType(reader);
      return opcode;
    case 0x1f: // try_table
      return skipTryTable(reader, opcode);
    case 0x43: // f32.const
      reader.skip(4);
      return opcode;
    case 0x44: // f64.const
      reader.skip(8);
      return opcode;
    case 0xfc:
      return skipBulk(reader, opcode);
    case 0xfd:
      return skipVector(reader, opcode);
    case 0xfe:
      return skipAtomic(reader, opcode);
    default:
      throw new ModuleError(
        "refused",
        `the module uses the instruction 0x${opcode.toString(16)}, which is not known here`,
      );
  }
}

/** Steps over a constant expression: everything up to its end. */
export function skipExpression(reader: Reader): void {
  while (skipInstruction(reader) !== END);
}

/** A number or vector type, or a reference type, which may name a heap type. */
export function skipValueType(reader: Reader): void {
  const type = reader.byte();
  if (type === 0x63 || type === 0x64) reader.skipInteger();
}

function skipIntegers(reader: Reader, opcode: number, count: number): number {
  for (let left = count; left > 0; left--) reader.skipInteger();
  return opcode;
}

function skipMemoryArgument(reader: Reader, opcode: number): number {
  // A set bit says that the index of a memory stands between alignment and offset.
  const count = (reader.u32() & 0x40) === 0 ? 1 : 2;
  return skipIntegers(reader, opcode, count);
}

function skipTryTable(reader: Reader, opcode: number): number {
  reader.skipInteger();
  for (let left = reader.u32(); left > 0; left--) skipIntegers(reader, opcode, reader.byte() < 2 ? 2 : 1);
  return opcode;
}

function skipBulk(reader: Reader, opcode: number): number {
  const which = reader.u32();
  // Saturating conversions; memory.init, data.drop, memory.copy, memory.fill; table.init, elem.drop, table.copy, .grow, .size, .fill
  const integers = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1][which];
  if (integers === undefined) throw new ModuleError("refused", `the module uses the unknown instruction 0xfc ${which}`);
  return skipIntegers(reader, opcode, integers);
}

function skipVector(reader: Reader, opcode: number): number {
  const which = reader.u32();
  if (which <= 11 || which === 92 || which === 93) return skipMemoryArgument(reader, opcode);
  if (which === 12 || which === 13) reader.skip(16);
  else if (which >= 21 && which <= 34) reader.skip(1);
  else if (which >= 84 && which <= 91) {
    skipMemoryArgument(reader, opcode);
    reader.skip(1);
  } else if (which > 0xff) {
    throw new ModuleError(
      "refused",
      `the module uses the vector instruction ${which}: relaxed ones differ from machine to machine, and others are not known here`,
    );
  }
  return opcode;
}

function skipAtomic(reader: Reader, opcode: number): number {
  const which = reader.u32();
  if (which > 0x4e) throw new ModuleError("refused", `the module uses the unknown instruction 0xfe ${which}`);
  if (which !== 3) return skipMemoryArgument(reader, opcode);
  reader.skip(1); // atomic.fence
  return opcode;
}
