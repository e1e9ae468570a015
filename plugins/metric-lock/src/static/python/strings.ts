const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
};

const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|N\{[^}]*\}|([\s\S]))/g;

/** What a string literal of Python says. Names of characters (`\N{…}`) are left as they are. */
export function valueOfString(literal: string): { readonly value: string; readonly bytes: boolean } {
  const prefix = /^[a-z]*/i.exec(literal)?.[0] ?? "";
  const rest = literal.slice(prefix.length);
  const quotes = /^("""|'''|"|')/.exec(rest)?.[0].length ?? 0;
  const inside = rest.slice(quotes, rest.length - quotes);
  const bytes = /b/i.test(prefix);
  if (/r/i.test(prefix)) return { value: inside, bytes };
  const value = inside.replaceAll(
    ESCAPE,
    (whole, x?: string, u?: string, long?: string, octal?: string, one?: string) => {
      const code = x ?? u ?? long;
      if (code !== undefined) return character(Number.parseInt(code, 16));
      if (octal !== undefined) return character(Number.parseInt(octal, 8));
      return one === undefined ? whole : (ESCAPES[one] ?? whole);
    },
  );
  return { value, bytes };
}

const character = (code: number): string => (code <= 0x10_ff_ff ? String.fromCodePoint(code) : "\ufffd");
