import childProcess from "node:child_process";
import crypto from "node:crypto";
import events from "node:events";
import fs from "node:fs";
import fsPromises from "node:fs/promises";
import inspector from "node:inspector";
import path from "node:path";
import sqlite from "node:sqlite";
import timers from "node:timers";
import url from "node:url";
import { verdictSchema } from "@pawl/plugin";
import { EventEmitter } from "eventemitter3";
import PQueue from "p-queue";

// What compares must not itself go through what it compares: these were taken when this module was loaded.
const { getOwnPropertyDescriptor, getPrototypeOf, is } = Object;
const { ownKeys } = Reflect;

/** What the language offers, and what nearly every line of a scorer or a gate rests on. */
const BASIC =
  "Object Function Array String Number Boolean Symbol Math JSON Reflect Promise Map Set RegExp Date Error".split(" ");

/** What else the language and Node offer, and what digests, scores and verdicts may go through. */
const FURTHER = [
  ..."BigInt Proxy WeakMap WeakSet WeakRef TypeError RangeError Atomics ArrayBuffer SharedArrayBuffer".split(" "),
  ..."DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array".split(" "),
  ..."Float32Array Float64Array BigInt64Array BigUint64Array Intl Iterator Buffer TextDecoder TextEncoder URL".split(
    " ",
  ),
  ..."AbortSignal AbortController EventTarget performance".split(" "),
];

/** Functions that stand alone: only that they are the same ones is looked at, since anyone may add a global. */
const FUNCTIONS =
  "eval isFinite isNaN parseFloat parseInt structuredClone queueMicrotask setTimeout clearTimeout setImmediate".split(
    " ",
  );

/** Names that tools set, and that decide nothing. */
const IDLE = new Set<PropertyKey>(["stackTraceLimit"]);

/** One object, with what its properties were. */
interface Watched {
  readonly name: string;
  readonly object: object;
  /** Whether a property that was not there before counts as a change. */
  readonly closed: boolean;
  readonly keys: readonly PropertyKey[];
  /** Three in a row for each key: value, getter, setter. */
  readonly held: readonly unknown[];
}

/** Takes down what an object's own properties are: identities of functions and primitive values. */
function watch(name: string, object: object, closed: boolean): Watched {
  const keys = ownKeys(object).filter((key) => !IDLE.has(key) && (closed || isFunction(object, key)));
  const held = keys.flatMap((key) => {
    const { value, get, set } = getOwnPropertyDescriptor(object, key) ?? {};
    return [value, get, set] as unknown[];
  });
  return { name, object, closed, keys, held };
}

function isFunction(object: object, key: PropertyKey): boolean {
  return typeof getOwnPropertyDescriptor(object, key)?.value === "function";
}

/** The schema that gates' answers go through, its inner works, and what it inherits from. */
function verdictSchemaTargets(): Watched[] {
  const name = "the schema of verdicts";
  // Its methods are made when they are first asked for, and are its own from then on.
  void verdictSchema.safeParse;
  const found = [watch(name, verdictSchema, false), watch(name, verdictSchema._zod, false)];
  let object = getPrototypeOf(verdictSchema) as object;
  for (; object !== Object.prototype && object !== null; object = getPrototypeOf(object)) {
    found.push(watch(`a prototype of ${name}`, object, true));
  }
  return found;
}

/** Globals by name, each with its prototype. */
function globals(names: readonly string[]): [name: string, object: object][] {
  const scope = globalThis as unknown as Record<string, object | undefined>;
  return names.flatMap((name): [string, object][] => {
    const value = scope[name];
    if (value === undefined) return [];
    const { prototype } = value as { prototype?: object };
    return [
      [name, value],
      ...(typeof prototype === "object" ? [[`${name}.prototype`, prototype] as [string, object]] : []),
    ];
  });
}

const generator = getPrototypeOf(function* () {}) as { prototype: object };
const asyncGenerator = getPrototypeOf(async function* () {}) as { prototype: object };

/** What has no name of its own. */
const NAMELESS: [name: string, object: object][] = [
  ["the prototype of array iterators", getPrototypeOf([][Symbol.iterator]()) as object],
  ["the prototype of map iterators", getPrototypeOf(new Map().entries()) as object],
  ["the prototype of set iterators", getPrototypeOf(new Set().values()) as object],
  ["the prototype of string iterators", getPrototypeOf(""[Symbol.iterator]()) as object],
  ["the prototype of generators", generator.prototype],
  ["the prototype of async generators", asyncGenerator.prototype],
  ["the prototype of async functions", getPrototypeOf(async () => {}) as object],
  ["the prototype of typed arrays", getPrototypeOf(Uint8Array.prototype) as object],
  ["the prototype of performance", getPrototypeOf(performance) as object],
];

/** What the engine itself calls. */
const LIBRARIES: [name: string, object: object][] = [
  ["node:fs", fs],
  ["node:fs/promises", fsPromises],
  ["node:crypto", crypto],
  ["node:child_process", childProcess],
  ["node:events", events],
  ["node:inspector", inspector],
  ["node:path", path],
  ["node:timers", timers],
  ["node:url", url],
  ["node:sqlite", sqlite],
  ["DatabaseSync.prototype", sqlite.DatabaseSync.prototype],
  ["StatementSync.prototype", sqlite.StatementSync.prototype],
  ["the prototype of hashes", getPrototypeOf(crypto.createHash("sha256")) as object],
  ["PQueue.prototype", PQueue.prototype],
  ["EventEmitter.prototype", EventEmitter.prototype],
];

const scope = globalThis as unknown as Record<string, unknown>;
const alone = Object.fromEntries(FUNCTIONS.map((name) => [name, scope[name]]));

const BASIC_TARGETS: readonly Watched[] = [
  ...[...globals(BASIC), ...NAMELESS].map(([name, object]) => watch(name, object, true)),
  { ...watch("globalThis", alone, false), object: globalThis },
];
const ALL_TARGETS: readonly Watched[] = [
  ...BASIC_TARGETS,
  ...globals(FURTHER).map(([name, object]) => watch(name, object, true)),
  ...LIBRARIES.map(([name, object]) => watch(name, object, false)),
  ...verdictSchemaTargets(),
];

/**
 * What has become of the language and of the libraries since this module was loaded: one line for each built-in that
 * was replaced, added or removed, and an empty text where everything is as it was. It is a text because a list could
 * not be trusted here: a setter on the prototype of arrays would swallow what is put into one.
 *
 * `all` also looks at what only the engine calls, which takes a third of a millisecond instead of a tenth.
 */
export function tamperedIntrinsics(extent: "basic" | "all"): string {
  const targets = extent === "all" ? ALL_TARGETS : BASIC_TARGETS;
  let changes = "";
  for (let index = 0; index < targets.length; index += 1) {
    const { name, object, closed, keys, held } = targets[index] as Watched;
    if (closed && ownKeys(object).length !== keys.length + idleKeys(object)) {
      changes += `${name}: properties were added or removed\n`;
    }
    for (let at = 0; at < keys.length; at += 1) {
      const key = keys[at] as PropertyKey;
      const found = getOwnPropertyDescriptor(object, key);
      const same =
        found !== undefined &&
        is(found.value, held[3 * at]) &&
        found.get === held[3 * at + 1] &&
        found.set === held[3 * at + 2];
      if (!same) changes += `${name}: "${typeof key === "symbol" ? "a symbol" : key}" is not what it was\n`;
    }
  }
  return changes;
}

function idleKeys(object: object): number {
  return getOwnPropertyDescriptor(object, "stackTraceLimit") === undefined ? 0 : 1;
}
