/**
 * The part of the runner that lives in the candidate's own context. It is handed over as source text
 * ({@link harnessSource}), so it may use nothing but its arguments and the globals of a bare V8 context.
 *
 * It is a convenience, not a boundary: a candidate that breaks it only spoils its own answers, since outputs come from
 * the candidate anyway and the host checks them again. What it holds fast is that an honest candidate with strange
 * manners (it patches `Array.prototype`, it throws a proxy) is still read correctly, and that an honest candidate gets
 * the same answers here as in the executor `isolate`: a test runs both and compares. Everything it needs is captured
 * before the candidate's code is even compiled, and no method is looked up later.
 */

/** What the harness tells the runner, as JSON. */
export interface HarnessReport {
  /** `pending`: a promise is waited for that nothing can settle any more. */
  readonly state: "pending" | "done" | "unusable" | "output-limit";
  readonly reason: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** The functions that the harness gives to the runner; strings in, strings out. */
export interface Harness {
  run(namespace: unknown, inputs: string): void;
  /** The questions to models that are to be asked next: a list of `[id, case, request]`; null when the run is over. */
  asks(): string;
  /** Settles a question with the text of what came back, and its HTTP status. */
  answer(id: number, status: number, text: string): void;
  report(): string;
  outputs(): string;
}

export interface HarnessSettings {
  readonly seed: number;
  readonly outputBytes: number;
  readonly printedCharacters: number;
  readonly entry: string;
  /** Whether there is a function `model`. */
  readonly models: boolean;
}

type Fn = (...values: never[]) => unknown;

function harness(settings: HarnessSettings): Harness {
  "use strict";
  const ArrayIsArray = Array.isArray;
  const ObjectKeys = Object.keys;
  const GetPrototypeOf = Object.getPrototypeOf;
  const DefineProperty = Object.defineProperty;
  const Construct = Reflect.construct;
  const ObjectPrototype = Object.prototype;
  const Stringify = JSON.stringify;
  const Parse = JSON.parse;
  const Create = Object.create;
  const NativePromise = Promise;
  const NativeError = Error;
  const NativeTypeError = TypeError;
  const NativeString = String;
  const slice = Function.prototype.call.bind(String.prototype.slice) as (
    text: string,
    from: number,
    to: number,
  ) => string;
  const MAX_DEPTH = 100;
  const MAX_ERROR = 300;

  const globals = globalThis as unknown as Record<string, unknown>;
  const define = (target: object, key: string, value: unknown): void => {
    DefineProperty(target, key, { value, writable: true, configurable: true, enumerable: false });
  };

  // --- Globals that are a way out, a way around a limit, or a clock ------------------------------------------------

  for (const name of [
    "WebAssembly",
    "SharedArrayBuffer",
    "Atomics",
    "FinalizationRegistry",
    "WeakRef",
    "eval",
    "gc",
    "ShadowRealm",
    "Temporal",
  ]) {
    delete globals[name];
  }

  /** Code made from strings would be code that no inspection of the surface has seen. */
  const withoutConstructor = (prototype: Fn): void => {
    const Disabled = function (): never {
      throw new NativeTypeError("code from strings is not available in the sandbox");
    };
    DefineProperty(Disabled, "prototype", { value: prototype });
    define(prototype, "constructor", Disabled);
    if (prototype === Function.prototype) define(globals, "Function", Disabled);
  };
  withoutConstructor(GetPrototypeOf(async function () {}) as Fn);
  withoutConstructor(GetPrototypeOf(function* () {}) as Fn);
  withoutConstructor(GetPrototypeOf(async function* () {}) as Fn);
  withoutConstructor(Function.prototype as unknown as Fn);

  // Time stands still at the epoch, so that the same candidate and seed give the same answers.
  const NativeDate = Date;
  const FrozenDate = function (...values: unknown[]): unknown {
    if (new.target === undefined) return new NativeDate(0).toString();
    const given = values.length === 0 ? [0] : values;
    return Construct(NativeDate, given, new.target === (FrozenDate as unknown) ? NativeDate : new.target);
  };
  DefineProperty(FrozenDate, "name", { value: "Date" });
  DefineProperty(FrozenDate, "length", { value: 7 });
  DefineProperty(FrozenDate, "prototype", { value: NativeDate.prototype, writable: false });
  define(FrozenDate, "UTC", NativeDate.UTC);
  define(FrozenDate, "parse", NativeDate.parse);
  define(FrozenDate, "now", () => 0);
  define(NativeDate.prototype, "constructor", FrozenDate);
  define(globals, "Date", FrozenDate);
  define(globals, "performance", { now: () => 0, timeOrigin: 0 });
  // It formats the real present time when it is called without a date.
  delete (Intl as unknown as Record<string, unknown>)["DateTimeFormat"];

  // Random numbers: the sfc32 generator (Chris Doty-Humphrey, PractRand), warmed up from the job's seed.
  let a = settings.seed | 0;
  let b = (settings.seed / 4_294_967_296) | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const random = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 15; i++) random();
  define(Math, "random", () => random());

  // --- What the candidate prints -----------------------------------------------------------------------------------

  const printed = { stdout: "", stderr: "" };
  const show = (value: unknown): string => {
    if (typeof value === "string") return value;
    if (typeof value === "symbol") return "[symbol]";
    if (typeof value === "function") return "[function]";
    if (typeof value !== "object" || value === null) return NativeString(value);
    try {
      const text = Stringify(value) as string | undefined;
      return typeof text === "string" ? text : "[object]";
    } catch {
      return describe(value);
    }
  };
  const print =
    (stream: "stdout" | "stderr") =>
    (...values: unknown[]): void => {
      for (let i = 0; i < values.length; i++) {
        const room = settings.printedCharacters - printed[stream].length;
        if (room <= 0) return;
        const text = (i === 0 ? "" : " ") + show(values[i]) + (i === values.length - 1 ? "\n" : "");
        printed[stream] += text.length > room ? slice(text, 0, room) : text;
      }
    };
  const stdout = print("stdout");
  const stderr = print("stderr");
  define(globals, "console", { log: stdout, info: stdout, debug: stdout, warn: stderr, error: stderr, trace: stderr });

  // --- Answers -----------------------------------------------------------------------------------------------------

  /** Thrown when the answers outgrow the limit; compared by identity, so a candidate cannot imitate it. */
  const OVERFLOW = { overflow: true };

  let used = 0;
  const spend = (text: string): string => {
    used += text.length;
    if (used > settings.outputBytes) throw OVERFLOW;
    return text;
  };
  const quote = (text: string): string => {
    // The text may be a rope of half a gigabyte: weigh it before it is flattened.
    if (used + text.length > settings.outputBytes) throw OVERFLOW;
    return Stringify(text);
  };
  const unfit = (what: string): Error => new NativeTypeError(`the answer is not plain JSON data: ${what}`);

  const write = (value: unknown, depth: number): string => {
    switch (typeof value) {
      case "string":
        return spend(quote(value));
      case "number":
        if (value - value !== 0) throw unfit(`it holds ${value}`);
        return spend(value === 0 ? "0" : `${value}`);
      case "boolean":
        return spend(value ? "true" : "false");
      case "object":
        if (value === null) return spend("null");
        if (depth > MAX_DEPTH) throw unfit(`it is cyclic or nested deeper than ${MAX_DEPTH} levels`);
        return ArrayIsArray(value) ? writeArray(value, depth) : writeObject(value as Record<string, unknown>, depth);
      default:
        throw unfit(`it holds ${value === undefined ? "undefined" : `a ${typeof value}`}`);
    }
  };
  const writeArray = (values: readonly unknown[], depth: number): string => {
    let text = spend("[");
    for (let i = 0; i < values.length; i++) text += (i === 0 ? "" : spend(",")) + write(values[i], depth + 1);
    return text + spend("]");
  };
  const writeObject = (value: Record<string, unknown>, depth: number): string => {
    const prototype = GetPrototypeOf(value) as unknown;
    if (prototype !== ObjectPrototype && prototype !== null) throw unfit("it holds an instance of a class");
    const keys = ObjectKeys(value);
    let text = spend("{");
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (key === "__proto__") throw unfit("it has a field named __proto__");
      text += (i === 0 ? "" : spend(",")) + spend(quote(key)) + spend(":") + write(value[key], depth + 1);
    }
    return text + spend("}");
  };

  /** Says what was thrown, whatever it was. */
  const describe = (thrown: unknown): string => {
    try {
      if (typeof thrown === "object" && thrown !== null) {
        const { name, message } = thrown as Record<string, unknown>;
        const text = typeof message === "string" ? message : "";
        const label = typeof name === "string" && name !== "" ? name : "an object was thrown";
        return slice(text === "" ? label : `${slice(label, 0, 60)}: ${slice(text, 0, MAX_ERROR)}`, 0, MAX_ERROR);
      }
      if (typeof thrown === "function") return "a function was thrown";
      return slice(`${NativeString(thrown)} was thrown`, 0, MAX_ERROR);
    } catch {
      return "something that cannot be read was thrown";
    }
  };

  // --- Questions to models -----------------------------------------------------------------------------------------

  interface Asker {
    readonly resolve: (value: unknown) => void;
    readonly reject: (reason: unknown) => void;
  }
  const askers = Create(null) as Record<number, Asker>;
  /** The input that the candidate is at. */
  let at = -1;
  let asked = 0;
  let askedCharacters = 0;
  let outbox = "";

  const ask = (request: unknown, asker: Asker): void => {
    if (at < 0) throw new NativeTypeError("model() can be asked from inside of the default export only");
    if (typeof request !== "object" || request === null) throw new NativeTypeError("a request is an object");
    if ((request as { stream?: unknown }).stream === true) {
      throw new NativeTypeError("model() does not stream: leave stream out");
    }
    const text = Stringify(request) as string | undefined;
    if (typeof text !== "string") throw new NativeTypeError("a request is an object");
    if (askedCharacters + text.length > settings.outputBytes) {
      throw new NativeTypeError(`more is asked than outputBytes, ${settings.outputBytes}, allows`);
    }
    askedCharacters += text.length;
    outbox += `${outbox === "" ? "" : ","}[${asked},${at},${Stringify(text)}]`;
    askers[asked] = asker;
    asked += 1;
  };
  if (settings.models) {
    // What the executor throws, the promise rejects with.
    define(globals, "model", function model(request: unknown): unknown {
      return new NativePromise((resolve, reject) => ask(request, { resolve, reject }));
    });
  }

  const settle = (id: number, status: number, text: string): void => {
    const asker = askers[id];
    if (asker === undefined) return;
    delete askers[id];
    let value: unknown;
    try {
      value = Parse(text);
    } catch {
      asker.reject(new NativeError(`${status}: the answer is no JSON`));
      return;
    }
    if (status >= 200 && status < 300) asker.resolve(value);
    else {
      const { error } = value as { error?: { message?: unknown } };
      const message = typeof error === "object" && error !== null ? error.message : undefined;
      asker.reject(new NativeError(`${status}: ${typeof message === "string" ? message : "no reason was given"}`));
    }
  };

  // --- The run -----------------------------------------------------------------------------------------------------

  let state: HarnessReport["state"] = "pending";
  let reason = "";
  let all = "";

  const drive = async (surface: Record<string, unknown>, inputsText: string): Promise<void> => {
    const call = surface["default"];
    if (typeof call !== "function") {
      state = "unusable";
      reason =
        "default" in surface
          ? `the default export of ${settings.entry} is not a function`
          : `${settings.entry} has no default export`;
      return;
    }
    const inputs = Parse(inputsText) as readonly unknown[];
    reason = "an answer is a promise that nothing can settle";
    try {
      for (let i = 0; i < inputs.length; i++) {
        let text: string;
        const before = used;
        at = i;
        try {
          let value = (call as (input: unknown) => unknown)(inputs[i]);
          const mayBePromise = value !== null && (typeof value === "object" || typeof value === "function");
          if (mayBePromise && "then" in (value as object)) value = await value;
          text = `{"value":${write(value, 0)}}`;
        } catch (thrown) {
          if (thrown === OVERFLOW) throw OVERFLOW;
          used = before;
          text = `{"error":${spend(quote(describe(thrown)))}}`;
        }
        all += (i === 0 ? "" : ",") + text;
      }
      reason = "";
      state = "done";
    } catch {
      all = "";
      state = "output-limit";
      reason = `the answers are larger than ${settings.outputBytes} bytes`;
    }
  };

  return {
    run: (namespace, inputs) => void drive(namespace as never, inputs),
    asks: () => {
      const next = outbox;
      outbox = "";
      return state === "pending" ? `[${next}]` : "null";
    },
    answer: settle,
    // Put together by hand: of an object, `JSON.stringify` would ask a patched prototype for `toJSON`.
    report: () =>
      `{"state":"${state}","reason":${Stringify(reason)},` +
      `"stdout":${Stringify(printed.stdout)},"stderr":${Stringify(printed.stderr)}}`,
    outputs: () => `[${all}]`,
  };
}

/** The harness as an expression that evaluates, in a bare context, to an object of functions. */
export function harnessSource(settings: HarnessSettings): string {
  return `(${harness.toString()})(${JSON.stringify(settings)})`;
}
