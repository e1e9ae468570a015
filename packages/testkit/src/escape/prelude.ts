/** What an escaped program says; put together at run time, so that it does not stand in any source. */
export const ESCAPED: string = ["ESC", "APED"].join("");

/**
 * Stands before every program, as text. `say` announces an escape, in the answers and in what is printed; `tell` looks
 * whether a value belongs to another realm or leads to the host; `walk` does so for all that can be reached from it.
 * Everything it uses is taken before the program breaks anything.
 */
export const PRELUDE: string = String.raw`
const MARK = "ESC" + "APED";
const found = [];
let called = {};
const print = typeof console === "object" && console !== null ? console.log : () => {};
const say = (what) => {
  found[found.length] = MARK + ": " + what;
  try { print(MARK + ": " + what); } catch {}
};
const { ownKeys, getPrototypeOf, getOwnPropertyDescriptor } = Reflect;
const OwnObject = Object, ObjectPrototype = Object.prototype, OwnSet = Set, text = String;
const isThing = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
const HOSTLY = ["pid", "ppid", "mainModule", "binding", "_linkedBinding", "dlopen", "applySync", "applySyncPromise",
  "applyIgnored", "derefInto", "copyInto", "setSync", "evalClosureSync", "compileScriptSync", "createContextSync"];
const tried = new OwnSet();
const looked = new OwnSet();
const judge = (label, value) => {
  if (typeof value === "number" && value > 0) say(label + ": code from text gives the process id " + value);
  else if (typeof value === "string") say(label + ": code from text finds " + value);
  else if (isThing(value) && typeof value.then === "function") value.then((later) => judge(label, later), () => {});
  else if (isThing(value) && typeof value.next === "function") judge(label, value.next().value);
  else if (isThing(value) && typeof value.Object === "function" && value.Object !== OwnObject) say(label + ": code from text runs in another realm");
};
const PROBE = "return typeof process === 'object' && process !== null && process.pid ? process.pid : typeof require === 'function' ? 'require' : globalThis";
const compile = (label, make) => {
  if (typeof make !== "function" || tried.has(make)) return;
  tried.add(make);
  try { judge(label, make(PROBE)()); } catch {}
};
const tell = (label, value) => {
  if (!isThing(value)) return;
  try {
    let last = value;
    for (let i = 0, next = value; next !== null && i < 200; i++) { last = next; next = getPrototypeOf(next); }
    if (last !== value && last !== ObjectPrototype) say(label + ": its prototypes end in another realm");
  } catch {}
  for (const name of HOSTLY) {
    try {
      const own = getOwnPropertyDescriptor(value, name);
      if (own !== undefined && (own.get !== undefined || typeof own.value === "function" || typeof own.value === "number")) say(label + ": it has " + name);
    } catch {}
  }
  try { compile(label, value.constructor); compile(label, value.constructor.constructor); } catch {}
};
const walk = (label, start, most = 20000) => {
  const queue = [start];
  for (let at = 0; at < queue.length && looked.size < most; at++) {
    const value = queue[at];
    if (!isThing(value) || looked.has(value) || value === found || value === called) continue;
    looked.add(value);
    tell(label, value);
    let keys = [];
    try { keys = ownKeys(value); } catch {}
    try { queue[queue.length] = getPrototypeOf(value); } catch {}
    for (let i = 0; i < keys.length; i++) {
      try {
        const own = getOwnPropertyDescriptor(value, keys[i]);
        queue[queue.length] = own.value; queue[queue.length] = own.get; queue[queue.length] = own.set;
        if (own.get !== undefined) queue[queue.length] = value[keys[i]];
      } catch {}
    }
  }
};
const attempt = (make) => { try { return make(); } catch (thrown) { tell("what was thrown", thrown); return undefined; } };
const attemptLater = async (make) => { try { return await make(); } catch (thrown) { tell("what was thrown", thrown); return undefined; } };
const secret = (label, value) => { if (value !== undefined && value !== null) say(label + " gives " + text(value).slice(0, 200)); };
`;
