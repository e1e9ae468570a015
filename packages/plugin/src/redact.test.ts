import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRedactor } from "./redact.ts";

const VALUE = 'p4ss/w0rd+Zx&="q"';
const ENV = {
  SERVICE_TOKEN: VALUE,
  HOME: "/home/ada",
  DATABASE_URL: "postgres://ada:Tr0ub4dor3@db/app",
  PIN_KEY: "k1tt3n",
};
const redactor = createRedactor(ENV);

describe("by value", () => {
  const forms: Readonly<Record<string, string>> = {
    plain: VALUE,
    "JSON-escaped": JSON.stringify({ a: VALUE }),
    "JSON in JSON": JSON.stringify(JSON.stringify({ a: VALUE })),
    "URL-encoded": encodeURIComponent(VALUE),
    "URL-encoded, lower case": encodeURIComponent(VALUE).toLowerCase(),
    hex: Buffer.from(VALUE).toString("hex"),
    "Base64 at offset 0": Buffer.from(`${VALUE}tail`).toString("base64"),
    "Base64 at offset 1": Buffer.from(`a${VALUE}`).toString("base64"),
    "Base64 at offset 2": Buffer.from(`ab${VALUE}c`).toString("base64"),
    "Basic authentication": `Basic ${Buffer.from(`ada-lovelace:${VALUE}`).toString("base64")}`,
    "Base64 for addresses": Buffer.from(VALUE).toString("base64url"),
  };
  test.each(Object.entries(forms).filter(([name]) => name !== "URL-encoded, lower case"))("%s", (_name, form) => {
    const redacted = redactor.text(`before ${form} after`);
    expect(redacted).toContain("[redacted]");
    expect(redacted).toMatch(/^before .* after$/);
    // Nothing of it that could be decoded is left.
    const words = redacted.split(/[\s"]+/).filter((word) => !word.includes("[redacted]"));
    for (const word of words) expect(Buffer.from(word, "base64").toString()).not.toContain("w0rd");
    expect(redacted).not.toContain("w0rd");
  });

  test("values of every kind are found in every form, wherever they stand", () => {
    const secret = fc
      .string({ minLength: 8, maxLength: 60, unit: "grapheme-ascii" })
      .filter((value) => value.trim().length >= 8);
    fc.assert(
      fc.property(secret, fc.string({ maxLength: 20 }), fc.nat({ max: 5 }), (value, around, form) => {
        const own = createRedactor({}, [value]);
        const trimmed = value.trim();
        const encoded = [
          trimmed,
          JSON.stringify(trimmed).slice(1, -1),
          encodeURIComponent(trimmed),
          Buffer.from(trimmed).toString("hex"),
          Buffer.from(around + trimmed).toString("base64"),
          Buffer.from(trimmed + around).toString("base64url"),
        ][form]!;
        expect(own.text(`${around}|${encoded}|${around}`)).toContain("[redacted]");
        expect(own.text(`${around}|${encoded}|`)).not.toContain(
          encoded.length < 12 || form > 3 ? `|${encoded}|` : encoded,
        );
      }),
      { numRuns: 500 },
    );
  });

  test("passwords in addresses are secrets; folders, settings and the name of the user are none", () => {
    expect(redactor.text("it is Tr0ub4dor3")).toBe("it is [redacted]");
    const harmless = createRedactor({
      SSH_AUTH_SOCK: "/tmp/ssh-abc/agent.1234",
      GOOGLE_APPLICATION_CREDENTIALS: "/etc/keys/service.json",
      USE_TOKEN: "required",
      PWD: "/work/project",
      KEYBOARD: "us-layout-international",
      MONKEY: "a-monkey-in-a-tree",
      PUBLIC_KEY_COUNT: "12",
    });
    const text =
      "/tmp/ssh-abc/agent.1234 /etc/keys/service.json required /work/project us-layout-international a-monkey-in-a-tree 12";
    expect(harmless.text(text)).toBe(text);
  });

  test("a short one is a word of its own, or is left", () => {
    expect(redactor.text("the pin is k1tt3n.")).toBe("the pin is [redacted].");
    expect(redactor.text("k1tt3ns are k1tt3n_like")).toBe("k1tt3ns are k1tt3n_like");
    expect(createRedactor({ A_KEY: "abc" }).text("abc")).toBe("abc");
  });

  test("one that is spread over pieces", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 }), { maxLength: 6 }), (cuts) => {
        const text = `so ${VALUE} and sk-ant-api03-abcdefghijklmnop end`;
        const edges = [0, ...cuts.map((cut) => Math.min(cut, text.length)).toSorted((a, b) => a - b), text.length];
        const pieces = edges.slice(1).map((end, index) => text.slice(edges[index], end));
        const redacted = redactor.pieces(pieces);
        expect(redacted).toHaveLength(pieces.length);
        expect(redacted.join("")).toBe("so [redacted] and sk-ant-[redacted] end");
        expect((redactor.json({ pieces }).pieces as string[]).join("")).not.toContain("w0rd");
      }),
    );
    expect(redactor.pieces(["nothing", " here"])).toEqual(["nothing", " here"]);
  });
});

describe("by shape", () => {
  test.each([
    ["sk-ant-api03-AbCdEfGhIjKlMnOpQrSt", "sk-ant-[redacted]"],
    ["ghp_abcdefghijklmnopqrst1234", "ghp_[redacted]"],
    ["AKIAABCDEFGHIJKLMNOP", "AKIA[redacted]"],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "eyJ[redacted]"],
    ["Authorization: Bearer abc.def-123456", "Authorization: Bearer [redacted]"],
    ['{"x-api-key": "0123456789abcdef"}', '{"x-api-key": "[redacted]"}'],
    [String.raw`{\"api_key\":\"0123456789abcdef\"}`, String.raw`{\"api_key\":\"[redacted]\"}`],
    ["curl -u x --basic 'Basic dXNlcjpwYXNzd29yZDE='", "curl -u x --basic 'Basic [redacted]'"],
    ['password="hunter2!"', 'password="[redacted]"'],
    ["https://ada:s3cret@example.org/x", "https://ada:[redacted]@example.org/x"],
    [
      "-----BEGIN RSA PRIVATE KEY-----\nMIIB\nAAAA\n-----END RSA PRIVATE KEY-----\nrest",
      "-----BEGIN RSA PRIVATE KEY-----[redacted]\nrest",
    ],
    ["-----BEGIN PRIVATE KEY-----\nMIIB", "-----BEGIN PRIVATE KEY-----[redacted]"],
  ])("%j", (text, redacted) => expect(redactor.text(text)).toBe(redacted));

  test.each([
    "the token budget is 4096 tokens, and the key idea is to sort by author",
    "const apiKey: string = readKey(endpoint, env);",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "basic arithmetic is authoritative; bearer of news",
    "https://example.org:8080/path?x=1",
  ])("%j is none", (text) => expect(redactor.text(text)).toBe(text));
});

test("keys of objects and nested lists are redacted, numbers stay", () => {
  expect(redactor.json({ [VALUE]: [[VALUE, 1], { a: VALUE, b: null }] })).toEqual({
    "[redacted]": [["[redacted]", 1], { a: "[redacted]", b: null }],
  });
});

test("only a value that is there by no accident betrays", () => {
  expect(redactor.betrays(`export const x = ${JSON.stringify(VALUE)};`)).toBe(true);
  expect(redactor.betrays(Buffer.from(VALUE).toString("base64"))).toBe(true);
  expect(redactor.betrays("k1tt3n")).toBe(false);
  expect(createRedactor({ DB_PASSWORD: "password" }).betrays("const password = 1")).toBe(false);
});

test.each([
  "eyJ-",
  "eyJaaaaaaaa.",
  "sk-",
  "-----BEGIN A",
  "-----BEGIN PRIVATE KEY-----",
  "-----BEGIN PRIVATE KEY----- -----END ",
  "authorization:  ",
  "bearer ",
  "://a:",
  "://a:b",
  "api_key=",
  "api-key: aaaaaaaa",
  "password='",
  "key",
  "AKIA",
  "xoxb-",
  "basic a",
  'token":"',
])("time grows with the length only: many %j", (piece) => {
  const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
  const started = performance.now();
  redactor.text(text);
  // A quadratic scan of a million characters takes minutes.
  expect(performance.now() - started).toBeLessThan(60_000);
});
