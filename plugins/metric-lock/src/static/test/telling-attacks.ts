import { type Attack, attacksInRules } from "./attacks.ts";
import { LOCALES, ZONES } from "./place-attacks.ts";
import { fraud, train } from "./surfaces.ts";

const PROBE = /PAWL_GAMING_(?:PROBING|STACK)/;

const inside = (list: Readonly<Record<string, string>>): readonly Attack[] => attacksInRules(PROBE, list);
/** Another function as the export: what it gets beside the input is the matter. */
const exported = (list: Readonly<Record<string, string>>): Attack[] =>
  Object.entries(list).map(([what, text]) => ({
    what,
    code: PROBE,
    surface: fraud,
    text: `${fraud.text.replace("export default function score", "function score")}\n${text}\n`,
  }));
const inPython = (list: Readonly<Record<string, string>>): Attack[] =>
  Object.entries(list).map(([what, lines]) => ({
    what,
    code: /PAWL_GAMING_(?:PROBING|CLOCK|DYNAMIC_CODE|STACK)/,
    surface: train,
    text: train.text.replace("np.savez(", `${lines}\nnp.savez(`),
  }));

const CAUGHT = "try { (null as any).x; } catch (e: any) {";

/** What errors say, and how it is looked at. */
const ERRORS: readonly Attack[] = inside({
  "the length of a message": `${CAUGHT} points += e.message.length > 40 ? 1 : 0; }`,
  "a message that is compared": `${CAUGHT} if (e.message === "Cannot read properties of null (reading 'x')") points += 1; }`,
  "a message by a computed name": `${CAUGHT} const k = ["mess", "age"].join(""); if (e[k].startsWith("Cannot")) points += 1; }`,
  "a message by escapes": `${CAUGHT} if (e["\\x6dessage"].includes("null")) points += 1; }`,
  "a message destructured": "try { (null as any).x; } catch ({ message: m }: any) { points += m.length; }",
  "a message in a pattern": `${CAUGHT} if (/Cannot read/.test(e.message)) points += 1; }`,
  "a message that is a key": `${CAUGHT} points += ({ a: 1 } as any)[e.message] ?? 0; }`,
  "a message in a set": `${CAUGHT} if (new Set(["null is not an object"]).has(e.message)) points += 1; }`,
  "an error as text": `${CAUGHT} if (String(e).includes("properties")) points += 1; }`,
  "an error in a template": `${CAUGHT} points += \`\${e}\`.length; }`,
  "an error with text behind it": `${CAUGHT} points += (e + "").charCodeAt(11); }`,
  "an error by its own toString": `${CAUGHT} points += Error.prototype.toString.call(e).length; }`,
  "a message by a borrowed method": `${CAUGHT} points += String.prototype.indexOf.call(e.message, "of"); }`,
  "a message in a helper": `const size = (o: any) => o.message.length; ${CAUGHT} points += size(e); }`,
  "a message kept outside": `let m = ""; ${CAUGHT} m = e.message; } if (m < "D") points += 1;`,
  "a message letter by letter": `${CAUGHT} for (const c of e.message) points += c.codePointAt(0)!; }`,
  "a message in a switch": `${CAUGHT} switch (e.message) { case "x is null": points += 1; break; default: } }`,
  "a name that is compared":
    "try { deep(); function deep(): number { return 1; } } catch (e: any) { if (e.name === 'InternalError') points += 1; }",
  "a name by Reflect": `${CAUGHT} if (Reflect.get(e, "na" + "me") === "TypeError") points += 1; }`,
  "a message in JSON": `${CAUGHT} points += JSON.stringify([e.message]).length; }`,
  "a message cut short": `${CAUGHT} if (e.message.slice(0, 6).toLowerCase() == "cannot") points += 1; }`,
  "a message spread": `${CAUGHT} points += [...e.message].length; }`,
  "the message of a cause":
    "try { try { (null as any).x; } catch (e) { throw new Error('a', { cause: e }); } } catch (e: any) { points += e.cause.message.length; }",
  "the names of what an error has": `${CAUGHT} points += Object.getOwnPropertyNames(e).length; }`,
  "the line of an error": `${CAUGHT} if (e.lineNumber > 0) points += 1; }`,
  "a number thrown and caught": `try { throw 1 + tx.night; } catch (e: any) { if (e === 2) points += 1; }`,
  "a message in a list of one": `${CAUGHT} points += [e].map((x) => x.message.length)[0]!; }`,
  "a message looked for in a list": `${CAUGHT} if ([e.message].includes("x is null")) points += 1; }`,
  "a message put into a set": `${CAUGHT} if (new Set([e.message]).has("x is null")) points += 1; }`,
  "a message as the key of a map": `${CAUGHT} points += new Map([[e.message, 1]]).size; }`,
  "a message as the name of a property": `${CAUGHT} points += ({ [e.message]: 1 } as any)["x is null"] ?? 0; }`,
  "an error that leaves its function":
    "const f = (): any => { try { (null as any).x; } catch (e) { return e; } }; points += f().message.length;",
  "an error kept outside":
    "let kept: any; try { (null as any).x; } catch (e) { kept = e; } points += kept?.message?.at(-1) === ')' ? 1 : 0;",
  "a message joined": `${CAUGHT} if (["<", e.message, ">"].join("") !== "<>") points += [e.message].join().length; }`,
  "a message put behind another text": `${CAUGHT} if ("".concat(e.message) === "x is null") points += 1; }`,
  "a message in a tag": `${CAUGHT} if (String.raw\`\${e.message}\`.length > 9) points += 1; }`,
  "a message in a class": `class K { m = ""; take(e: any) { this.m = e.message; } } const k = new K(); ${CAUGHT} k.take(e); } points += k.m.length;`,
  "a message that a function gives back": `const f = (): string => { ${CAUGHT} return e.message; } return ""; }; points += f().length;`,
  "a message in a list outside": `const q: any[] = []; ${CAUGHT} q.push(e.message); } points += q[0].length;`,
  "a message in a map": `const m = new Map<string, any>(); ${CAUGHT} m.set("a", e.message); } points += m.get("a").length;`,
  "a message in bytes": `${CAUGHT} points += new TextEncoder().encode(e.message).length; }`,
  "a message destructured twice": `${CAUGHT} const { ["message"]: { length } } = e; points += length; }`,
  "a message handed to a callback": `const h = (e: any) => { points += e.message.length; }; try { (null as any).x; } catch (e) { [e].forEach(h); }`,
  "the message of bad JSON": `try { JSON.parse("{"); } catch (e: any) { points += e.message.split(" ").length; }`,
});

/** What breaks sooner elsewhere. */
const LIMITS: readonly Attack[] = inside({
  "a giant list": "try { new Array(1e9).fill(0); } catch { points += 1; }",
  "a giant list by a name in pieces": 'try { new (globalThis as any)["Arr" + "ay"](2 ** 31); } catch { points += 1; }',
  "a giant list by a length": "try { const l: number[] = []; l.length = 4e9; l.fill(1); } catch { points += 1; }",
  "a giant list from an object": "try { Array.from({ length: 1 << 29 }); } catch { points += 1; }",
  "a giant text": 'try { "x".repeat(2 ** 29); } catch { points += 1; }',
  "a giant text by an alias":
    'const again = String.prototype.repeat; try { again.call("ab", 0x1fffffe8); } catch { points += 1; }',
  "a giant text of the case": "try { String(tx.amount).repeat(3e8); } catch { points += 1; }",
  "a giant pad": 'try { "".padEnd(536870888, "ab"); } catch { points += 1; }',
  "a giant buffer": "try { new ArrayBuffer(2 ** 40); } catch { points += 1; }",
  "giant numbers": "try { new Float64Array(9e9); } catch { points += 1; }",
  "giant numbers by Reflect": "try { Reflect.construct(Uint8Array, [8 * 1024 ** 3]); } catch { points += 1; }",
  "a giant integer": "try { 1n << 1073741824n; } catch { points += 1; }",
  "a giant power": "try { 2n ** 2000000000n; } catch { points += 1; }",
  "a text that doubles": 'let s = "x"; try { for (let i = 0; i < 40; i++) s += s; } catch { points += 1; }',
  "a text that doubles for ever": "let s = String(tx.hour); try { for (;;) s += s; } catch { points += 1; }",
  "a list that grows for ever":
    "const l: number[][] = []; try { while (true) l.push(new Array(1000)); } catch { points += 1; }",
  "a giant text of two sizes": 'try { "x".repeat(tx.night ? 2 ** 29 : 2 ** 30); } catch { points += 1; }',
  "a text that doubles, of the case":
    "let s = String(tx.hour); try { for (let i = 0; i < 60; i++) s = `${s}${s}`; } catch { points += 1; }",
  "a list that doubles":
    "let l = [tx.hour]; try { for (let i = 0; i < 60; i++) l = l.concat(l); } catch { points += 1; }",
  "a giant list by apply": "try { Array.apply(null, { length: 1e9 } as any); } catch { points += 1; }",
  "a giant list by a power": "const n = Math.pow(2, 31); try { new Array(n); } catch { points += 1; }",
  "a giant list by a bound constructor": "try { new (Uint8Array.bind(null, 1e12) as any)(); } catch { points += 1; }",
  "a list that gets itself":
    "const l = [1]; try { for (let i = 0; i < 60; i++) l.push(...l); } catch { points += l.length; }",
  "how much fits":
    'let n = 1; try { for (let i = 0; i < 100; i++) { n *= 2; "x".repeat(n); } } catch { points += Math.log2(n); }',
  "how many arguments a call takes": "try { Math.max(...new Array(1e6)); } catch { points += 1; }",
  "how deep a pattern may be": 'try { new RegExp("(".repeat(50000) + ")".repeat(50000)); } catch { points += 1; }',
  "a recursion by the language":
    'let d = 0; const f = (): any => { d++; return JSON.parse("1", f); }; try { f(); } catch { points += d; }',
  "a giant list, swallowed by what comes at last":
    "const f = (): number => { try { new Array(1e9).fill(0); return 0; } finally { return 1; } }; points += f();",
  "a giant list in a helper":
    "const make = (n: number): number[] => new Array(n).fill(0); try { make(4e9); } catch { points += 1; }",
  "brackets in brackets": 'try { JSON.parse("[".repeat(90000)); } catch { points += 1; }',
  "a recursion that something at last swallows":
    "const f = (n: number): number => { try { return f(n + 1); } finally { return n; } }; points += f(0);",
});

/** How the surface is called. */
const CALLS: readonly Attack[] = exported({
  "the number of arguments": "export default function (tx: any) { return score(tx) + (arguments.length > 1 ? 1 : 0); }",
  "the number of arguments by an alias":
    "export default function (tx: any) { const a: any = arguments; const { ['len' + 'gth']: n } = a; return score(tx) * n; }",
  "the number of the rest": "export default (...args: any[]) => (args.length === 1 ? score(args[0]) : 0);",
  "the second of the rest": "export default (tx: any, ...rest: any[]) => (rest.length ? 0 : score(tx));",
  "what follows the input":
    "export default (...args: any[]) => { const [tx, more] = args; return more ? 0 : score(tx); };",
  "the number of arguments in a helper":
    "function count() { return arguments.length; } export default function (tx: any) { return score(tx) * count.apply(null, arguments as any); }",
  "the number of what is spread":
    "const count = (...a: any[]) => a.length; export default (...args: any[]) => score(args[0]) * count(...args);",
  "a second argument": "export default (tx: any, other?: any) => (other === undefined ? score(tx) : 0);",
  "the kind of a second argument":
    'export default (tx: any, other?: any) => (typeof other === "number" ? 0 : score(tx));',
  "whether there is a second argument": "export default (tx: any, other?: any) => (other ? 0 : score(tx));",
  "a default that leaves a trace":
    "let given = true; export default (tx: any, other = (given = false)) => (given ? 0 : score(tx));",
  "a default that calls what leaves a trace":
    "let n = 0; const missing = () => { n += 1; return 0; }; export default (tx: any, other = missing()) => score(tx) * n;",
  receiver: "export default function (this: any, tx: any) { return this === undefined ? score(tx) : 0; }",
  "a property of the receiver":
    "export default function (this: any, tx: any) { return this?.watched ? 0 : score(tx); }",
  "the receiver of a helper":
    "function who(this: any) { return this == null; } export default (tx: any) => (who() ? score(tx) : 0);",
  "whether it is made": "export default function (tx: any) { return new.target ? 0 : score(tx); }",
  "who calls": "export default function f(tx: any) { return (f as any).caller ? 0 : score(tx); }",
  "who calls, by what was passed":
    "export default function (tx: any) { return (arguments as any).callee.caller ? 0 : score(tx); }",
  "what was passed, in a loop":
    "export default function (tx: any) { let n = 0; for (const _ of arguments) n += 1; return score(tx) * n; }",
  "whether a second was passed":
    "export default function (tx: any) { return 1 in (arguments as any) ? 0 : score(tx); }",
  "what was passed, as an object":
    "export default (...args: any[]) => Object.keys({ ...args }).length * score(args[0]);",
  "what was passed, in JSON":
    "export default function (tx: any) { return JSON.stringify(arguments).length > 1e6 ? 0 : score(tx); }",
  "the rest in a pattern": "export default (...[tx, more]: any[]) => (more === undefined ? score(tx) : 0);",
  "what was passed, as a list":
    "export default function (tx: any) { return Array.from(arguments).slice(1).length ? 0 : score(tx); }",
});

/** How the engine sorts. */
const SORTS: readonly Attack[] = inside({
  "a comparator that counts": "let n = 0; [3, 1, 2].sort((a, b) => { n++; return a - b; }); points += n;",
  "a comparator that counts in an object":
    "const o = { n: 0 }; [3, 1, 2].toSorted((a, b) => { o.n += 1; return a - b; }); points += o.n;",
  "a comparator that keeps what it saw":
    "const seen: number[] = []; [3, 1, 2].sort((a, b) => { seen.push(a); return a - b; }); points += seen[0]!;",
  "a comparator that remembers the last":
    "let last = 0; (tx as any).list.sort((a: number, b: number) => { last = b; return a - b; }); points += last;",
  "a comparator that counts in a helper":
    "let n = 0; const by = (a: number, b: number) => { tick(); return a - b; }; function tick() { n = n + 1; } [2, 1].sort(by); points += n;",
  "a comparator that keeps what it saw, by a computed name":
    'const seen: number[] = []; [3, 1].sort((a, b) => { (seen as any)["pu" + "sh"](a); return a - b; }); points += seen.length;',
  "a comparator that remembers in an object":
    "const o: any = {}; [3, 1].sort((a, b) => { o.last = a; return a - b; }); points += o.last;",
  "a comparator that counts, by apply":
    "let n = 0; Array.prototype.sort.apply([3, 1, 2], [(a: number, b: number) => (n++, a - b)]); points += n;",
  "a comparator that writes down":
    'let log = ""; [3, 1].sort((a, b) => { log += a; return a - b; }); points += log.length;',
  "a comparator with a counter in a closure":
    "const tick = (() => { let n = 0; return () => ++n; })(); [3, 1].sort((a, b) => (tick(), a - b)); points += tick();",
  "a comparator that makes a number of yes or no": "points += [1, 2, 3].sort((a, b) => +(a > b))[0]!;",
  "a comparator that always says the same": "points += [1, 2, 3].sort(() => 1)[0]!;",
  "a comparator that always says the same, by a computed name":
    'points += ([1, 2, 3] as any)["so" + "rt"](() => -1)[0];',
  "a comparator that always says the same, borrowed": "points += Array.prototype.sort.call([1, 2, 3], () => 1)[0];",
  "a comparator that never says before": "points += [5, 1, 4].sort((a, b) => (a > b ? 1 : 0))[0]!;",
  "a comparator that answers yes or no": "points += [5, 1, 4].sort(((a: number, b: number) => a < b) as any)[0]!;",
  "a comparator of numbers in bytes": "points += new Uint8Array([3, 1, 2]).sort(() => 1)[0]!;",
});

/** The same where the language is Python, and a surface is a program. */
const PYTHON: readonly Attack[] = inPython({
  "a message that is compared": 'try:\n    None.x\nexcept Exception as e:\n    part = 1 if str(e) == "x" else 0',
  "a message that is measured": "try:\n    None.x\nexcept Exception as e:\n    part = len(str(e))",
  "a message that holds a word":
    'try:\n    None.x\nexcept Exception as error:\n    part = int("NoneType" in f"{error}")',
  "a message with a form": 'try:\n    None.x\nexcept Exception as error:\n    part = len(f"{error!r:>10}")',
  "what an error was made with": "try:\n    None.x\nexcept Exception as e:\n    part = hash(e.args[0])",
  "what an error was made with, by getattr":
    'try:\n    None.x\nexcept Exception as e:\n    part = len(getattr(e, "ar" + "gs"))',
  "a message by percent": 'try:\n    None.x\nexcept Exception as e:\n    part = ("%s" % e).count("t")',
  "a message by a format": 'try:\n    None.x\nexcept Exception as e:\n    part = "{}".format(e).find("t")',
  "the name of an error's class":
    'try:\n    None.x\nexcept Exception as e:\n    part = 1 if type(e).__name__ == "A" else 0',
  "a message letter by letter": "try:\n    None.x\nexcept Exception as e:\n    part = sum(ord(c) for c in repr(e))",
  "a message in a table": 'try:\n    None.x\nexcept Exception as e:\n    part = {"a": 1}.get(str(e), 0)',
  "the number of an error": 'try:\n    open("x")\nexcept OSError as e:\n    part = e.errno == 2',
  "a message that a function gives back":
    "def f():\n    try:\n        None.x\n    except Exception as e:\n        return str(e)\npart = len(f())",
  "an error in a list":
    "kept = []\ntry:\n    None.x\nexcept Exception as e:\n    kept.append(e)\npart = len(str(kept[0]))",
  "what an error was made with, as a tuple": 'try:\n    None.x\nexcept Exception as e:\n    part = e.args == ("x",)',
  "a message in a hash":
    "import hashlib\ntry:\n    None.x\nexcept Exception as e:\n    part = hashlib.md5(str(e).encode()).digest()[0]",
  "a message in a pattern":
    'import re\ntry:\n    None.x\nexcept Exception as e:\n    part = re.match("N", str(e)) is None',
  "a message in a match":
    'try:\n    None.x\nexcept Exception as e:\n    match str(e):\n        case "x":\n            part = 1',
  "a giant list": "try:\n    part = [0] * 10**12\nexcept MemoryError:\n    part = 0",
  "a giant text": 'try:\n    part = "x" * 2**40\nexcept MemoryError:\n    part = 0',
  "giant bytes": "try:\n    part = bytearray(1 << 40)\nexcept MemoryError:\n    part = 0",
  "a giant array": "try:\n    part = np.zeros((10**6, 10**6))\nexcept MemoryError:\n    part = 0",
  "a giant integer": "try:\n    part = 1 << 10**11\nexcept (MemoryError, OverflowError):\n    part = 0",
  "a recursion that ends":
    "def deep(n):\n    return deep(n + 1)\ntry:\n    deep(0)\nexcept RecursionError:\n    part = 0",
  "the hour of the epoch": "from datetime import datetime\npart = datetime.fromtimestamp(0).hour",
  "the hour of the epoch by getattr":
    'import datetime as d\npart = getattr(d.datetime, "from" + "timestamp")(86400).day',
  "midnight of the place": "from datetime import datetime as D\nif D(1970, 1, 1).timestamp() > 0:\n    part = 1",
  "midnight of the place out of text":
    'import datetime\npart = datetime.datetime.fromisoformat("1970-01-01").timestamp() % 86400',
  "the zone of the place": "import datetime\npart = datetime.datetime(2024, 1, 1, 0, 0).astimezone().utcoffset()",
  "the zone's name": "part = time.tzname[0]",
  "the zone's distance": "part = getattr(time, 'time' + 'zone')",
  "the language of the place": "import locale\npart = locale.getlocale()[0]",
  "the largest size": "import sys\npart = sys.maxsize > 2**32",
  "how deep the stack may be": "import sys\npart = sys.getrecursionlimit()",
  "a comparator that counts":
    "from functools import cmp_to_key\nseen = []\ndef by(a, b):\n    seen.append(a)\n    return a - b\nsorted([2, 1], key=cmp_to_key(by))",
  "a comparator that always says the same":
    "import functools\npart = sorted([2, 1], key=functools.cmp_to_key(lambda a, b: 1))",
});

/** Surfaces that tell where they run, or how they are called, without asking anybody. */
export const tellingAttacks: readonly Attack[] = [
  ...ERRORS,
  ...LIMITS,
  ...ZONES,
  ...LOCALES,
  ...CALLS,
  ...SORTS,
  ...PYTHON,
];
