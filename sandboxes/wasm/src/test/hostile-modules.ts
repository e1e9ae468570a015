import type { Execution } from "@pawl/plugin";
import { leb } from "../module/bytes.ts";
import * as write from "./binary.ts";

const { command, constant, DROP, forever, I32, I64, module, name, section, vector } = write;

const call = (index: number): number[] => [0x10, ...leb(index)];
const store = (at: number, value: number): number[] => [...constant(at), ...constant(value), 0x36, 2, 0];
const ALL_MEMORY = [0, ...leb(1_024)];
const io = (called: string): write.Import => ({ name: called, params: [I32, I32, I32, I32] });
const exit: write.Import = { name: "proc_exit", params: [I32], results: [] };
/** Runs code and catches whatever comes out of it. */
const caught = (...body: readonly number[]): number[] => [0x06, 0x40, ...body, 0x19, 0x0b];
const NOTHING = [0x60, 0, 0];
const EMPTY_BODY = [2, 0, 0x0b];
const start = section(8, [0]);
const data = (...segments: readonly (readonly number[])[]): number[] => section(11, vector(segments));

/** A module, the outcome that it must end in, and what the reason says. */
export type HostileModule = readonly [
  name: string,
  bytes: () => Uint8Array,
  outcome: Execution["outcome"],
  reason: RegExp,
];

/** Modules that no compiler would make: written by hand, and each for one weak spot of a host. */
export const HOSTILE_MODULES: readonly HostileModule[] = [
  ["a start function without end", () => command({ before: [start], body: forever() }), "timeout", /not done/],
  [
    "a start function that takes ever more memory",
    () => command({ before: [start], body: forever(...constant(1), 0x40, 0, DROP) }),
    "out-of-memory",
    /64 MB/,
  ],
  [
    "an end without a word after memory was refused",
    () => command({ body: [...constant(65_535), 0x40, 0, DROP] }),
    "out-of-memory",
    /0 lines of output/,
  ],
  [
    "more memory at its start than there may be",
    () => command({ limits: [0, ...leb(2_000)] }),
    "out-of-memory",
    /2000 pages/,
  ],
  [
    "data beyond the end of its memory",
    () =>
      command({ after: [data([0, ...constant(65_530), 0x0b, ...vector(Array.from({ length: 100 }, () => [65]))])] }),
    "crashed",
    /out of bounds/,
  ],
  [
    "four billion segments of data, of which there is none",
    () => command({ after: [section(11, leb(4e9))] }),
    "crashed",
    /./,
  ],
  [
    "more bytes than a module may have",
    () => Buffer.concat([command({}), Buffer.alloc(17e6)]),
    "crashed",
    /16777216 are allowed/,
  ],
  [
    "a table of four billion entries",
    () => command({ tables: [[0x70, 0, ...leb(0xffff_ffff)]] }),
    "out-of-memory",
    /65536/,
  ],
  [
    "a hundred thousand tables",
    () => command({ tables: Array.from({ length: 100_000 }, () => [0x70, 0, 0]) }),
    "crashed",
    /0 lines of output/,
  ],
  [
    "a table that grows for ever",
    () => command({ tables: [[0x6f, 0, 1]], body: forever(0xd0, 0x6f, ...constant(1_000), 0xfc, 15, 0, DROP) }),
    "timeout",
    /not done/,
  ],
  [
    "recursion with large frames",
    () => command({ locals: [[...leb(40_000), I64]], body: call(0) }),
    "crashed",
    /stack/,
  ],
  ["recursion that catches its end and goes on", () => command({ body: caught(...call(0)) }), "crashed", /stack/],
  ["four billion locals", () => command({ locals: [[...leb(4e9), I64]] }), "crashed", /compiled/],
  [
    "blocks inside of blocks, deeper than any stack",
    () =>
      command({
        body: [
          ...Array.from({ length: 200_000 }, () => [0x02, 0x40]).flat(),
          ...Array.from({ length: 200_000 }, () => 0x0b),
        ],
      }),
    "crashed",
    /0 lines of output/,
  ],
  [
    "a branch with a million ways",
    () => command({ body: [...constant(0), 0x0e, ...leb(1e6), ...Array.from({ length: 1e6 + 1 }, () => 0)] }),
    "crashed",
    /compiled/,
  ],
  [
    "nine hundred thousand functions",
    () => {
      const many = <T>(each: T): T[] => Array.from({ length: 900_000 }, () => each);
      const exported = [
        [...name("memory"), 2, 0],
        [...name("_start"), 0, 0],
      ];
      return module(
        section(1, vector([NOTHING])),
        section(3, vector(many([0]))),
        write.memory(0, 1),
        section(7, vector(exported)),
        section(10, vector(many(EMPTY_BODY))),
      );
    },
    "out-of-memory",
    /64 MB/,
  ],
  [
    "a hundred thousand imports",
    () => command({ imports: Array.from({ length: 100_000 }, () => io("fd_write")) }),
    "crashed",
    /0 lines of output/,
  ],
  ...["fd_read", "fd_write", "poll_oneoff"].map((called): HostileModule => [
    `all of its memory as the vectors of ${called}, again and again`,
    () =>
      command({
        imports: [io(called)],
        limits: ALL_MEMORY,
        body: forever(
          ...constant(called === "fd_write" ? 2 : 0),
          ...constant(0),
          ...constant(called === "poll_oneoff" ? 838_000 : 8_388_000),
          ...constant(0),
          ...call(0),
          DROP,
        ),
      }),
    "timeout",
    /not done/,
  ]),
  [
    "random numbers for all of its memory, again and again",
    () =>
      command({
        imports: [{ name: "random_get", params: [I32, I32] }],
        limits: ALL_MEMORY,
        body: forever(...constant(0), ...constant(67_108_864), ...call(0), DROP),
      }),
    "timeout",
    /not done/,
  ],
  [
    "its memory filled in one instruction, again and again",
    () =>
      command({
        limits: ALL_MEMORY,
        body: forever(...constant(0), ...constant(1), ...constant(67_108_864), 0xfc, 11, 0),
      }),
    "timeout",
    /not done/,
  ],
  [
    "sleep of centuries in its start function",
    () =>
      command({
        imports: [io("poll_oneoff")],
        before: [section(8, [1])],
        body: [
          ...store(24, -1),
          ...store(28, 0x0fff_ffff),
          ...constant(0),
          ...constant(64),
          ...constant(1),
          ...constant(128),
          ...call(0),
          DROP,
        ],
      }),
    "timeout",
    /not done/,
  ],
  [
    "an exit with success and without an answer",
    () => command({ imports: [exit], body: [...constant(0), ...call(0)] }),
    "crashed",
    /0 lines of output/,
  ],
  [
    "an exit with the largest code",
    () => command({ imports: [exit], body: [...constant(-1), ...call(0)] }),
    "crashed",
    /exit code 4294967295/,
  ],
  [
    "an exit that it catches",
    () => command({ imports: [exit], body: caught(...constant(3), ...call(0)) }),
    "crashed",
    /exit code 3/,
  ],
  [
    "an exit that it catches for ever",
    () => command({ imports: [exit], body: forever(...caught(...constant(3), ...call(0))) }),
    "timeout",
    /not done/,
  ],
  [
    "too much output, and it catches what stops it",
    () =>
      command({
        imports: [io("fd_write")],
        limits: ALL_MEMORY,
        body: [
          ...store(0, 16),
          ...store(4, 2_000_000),
          ...caught(...constant(1), ...constant(0), ...constant(1), ...constant(8), ...call(0), DROP),
        ],
      }),
    "output-limit",
    /1000000 bytes/,
  ],
  [
    "integers of another size",
    () =>
      command({
        imports: [{ name: "fd_write", params: [I64, I64, I64, I64], results: [I64] }],
        body: [0x42, 1, 0x42, 0, 0x42, 0, 0x42, 0, ...call(0), DROP],
      }),
    "crashed",
    /BigInt/,
  ],
  [
    "a function where a number belongs",
    () =>
      command({
        imports: [{ name: "args_get", params: [0x70, 0x70] }],
        before: [section(9, vector([[3, 0, ...vector([[1]])]]))],
        body: [0xd2, 1, 0xd2, 1, ...call(0), DROP],
      }),
    "crashed",
    /0 lines of output/,
  ],
  ...["thread_spawn", "__proto__", "constructor"].map((called): HostileModule => [
    `an import of ${called}`,
    () => command({ imports: [io(called)] }),
    "violation",
    /is not there/,
  ]),
  [
    "vector instructions whose results differ from machine to machine",
    () =>
      command({
        body: [
          ...Array.from({ length: 3 }, () => [0xfd, 12, ...Array.from({ length: 16 }, () => 1)]).flat(),
          0xfd,
          ...leb(0x105),
          DROP,
        ],
      }),
    "violation",
    /relaxed/,
  ],
  [
    "a wait for another thread",
    () => command({ body: [...constant(0), ...constant(0), 0x42, 0x7f, 0xfe, 1, 2, 0, DROP] }),
    "crashed",
    /Atomics\.wait/,
  ],
  ["a shared memory", () => command({ limits: [3, 1, 2] }), "violation", /shared/],
  ["a 64-bit memory", () => command({ limits: [4, 1] }), "violation", /memory64/],
  ["pages of another size", () => command({ limits: [8, 1, 0] }), "violation", /flags/],
  [
    "a memory from elsewhere",
    () => module(section(2, vector([[...name("env"), ...name("memory"), 2, 0, 1]]))),
    "violation",
    /imports its memory/,
  ],
  [
    "a table from elsewhere",
    () => module(section(2, vector([[...name("env"), ...name("t"), 1, 0x70, 0, 1]]))),
    "violation",
    /imports a table/,
  ],
  [
    "two memories",
    () =>
      module(
        section(
          5,
          vector([
            [0, 1],
            [0, 1],
          ]),
        ),
      ),
    "violation",
    /2 memories/,
  ],
  ["garbage-collected types", () => module(section(1, vector([[0x5f, 1, I32, 1]]))), "violation", /garbage-collected/],
  [
    "no memory",
    () =>
      module(
        section(1, vector([NOTHING])),
        section(3, vector([[0]])),
        section(7, vector([[...name("_start"), 0, 0]])),
        section(10, vector([EMPTY_BODY])),
      ),
    "violation",
    /memory/,
  ],
  [
    "an export of its own in the place of the sandbox's",
    () => command({ exported: [[...name("pawl:begin"), 2, 0]] }),
    "crashed",
    /not a function/,
  ],
  [
    "an export of its own beside the sandbox's",
    () => command({ before: [start], exported: [[...name("pawl:begin"), 0, 0]] }),
    "crashed",
    /Duplicate export/,
  ],
  ["nothing at all", () => new Uint8Array(), "crashed", /no WebAssembly module/],
];
