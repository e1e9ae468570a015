import { UNKNOWN, type ListValue, type Value, constant } from "../read/value.ts";

const STRING: Value = { kind: "unknown", type: "string" };

/** Bytes that a list of known numbers stands for. */
function bytesOf(value: Value | undefined): Uint8Array | undefined {
  if (value?.kind !== "list" || value.open || value.items.length > 100_000) return undefined;
  const numbers = value.items.map((item) => (item.kind === "constant" ? Number(item.value) : Number.NaN));
  return numbers.some(Number.isNaN) ? undefined : Uint8Array.from(numbers);
}

/** UTF-8 text of bytes. */
export function textOfBytes(value: Value | undefined, encoding: BufferEncoding = "utf8"): Value {
  const bytes = bytesOf(value);
  return bytes === undefined ? STRING : constant(Buffer.from(bytes).toString(encoding));
}

const ENCODINGS = new Set(["utf8", "utf-8", "base64", "base64url", "hex", "latin1", "ascii", "binary", "utf16le"]);

/** An encoding by name; UTF-8 where none is given. */
export function encodingOf(value: Value | undefined): BufferEncoding | undefined {
  if (value === undefined) return "utf8";
  const name = value.kind === "constant" ? String(value.value).toLowerCase() : "";
  return ENCODINGS.has(name) ? (name as BufferEncoding) : undefined;
}

/** The bytes of a text. */
export function encoded(text: Value | undefined, encoding: Value | undefined): ListValue | Value {
  const name = encodingOf(encoding);
  if (text?.kind === "list") return { ...text, bytes: true };
  if (text?.kind !== "constant" || typeof text.value !== "string" || name === undefined) return UNKNOWN;
  const items = [...Buffer.from(text.value.slice(0, 100_000), name)].map((byte) => constant(byte));
  return { kind: "list", items, open: false, bytes: true };
}

/** Functions from text to text that the language provides under its own name. */
export function recode(path: string, text: string): Value {
  try {
    switch (path) {
      case "atob":
        return constant(Buffer.from(text, "base64").toString("latin1"));
      case "btoa":
        return constant(Buffer.from(text, "latin1").toString("base64"));
      case "decodeURIComponent":
      case "decodeURI":
        return constant(decodeURIComponent(text));
      case "encodeURIComponent":
      case "encodeURI":
        return constant(encodeURIComponent(text));
      case "unescape":
        return constant(
          text
            .replaceAll(/%u([\da-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
            .replaceAll(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        );
      default:
        return STRING;
    }
  } catch {
    return STRING;
  }
}
