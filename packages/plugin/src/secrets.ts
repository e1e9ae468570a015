/** A secret of the environment, and everything that it may look like in a text. */
export interface Known {
  /** The value itself and its encodings, the longest first. */
  readonly forms: readonly string[];
  /** Set for short values, which are looked for between characters that belong to no word. */
  readonly word?: RegExp;
  /** Too long and too mixed to stand anywhere by accident. */
  readonly strong: boolean;
}

// `PWD` itself is the folder that a shell is in.
const SECRET_NAME =
  /(?:^|[_.-])(?:api_?key|key|keys|token|tokens|secret|secrets|passw(?:or)?d|pass|passphrase|credentials?|auth)(?:$|[_.-])|[_.-]pwd$|(?:apikey|token|secret|password)$/i;
/** A variable that names where a secret is, and not the secret. */
const PLACE = /^(?:[a-z]+:\/)?\/(?:[\w.@+-]+\/)+[\w.@+-]*$/i;
/** Settings that variables with such names may have, and that are no secrets. */
const HARMLESS =
  /^(?:true|false|yes|no|on|off|none|null|undefined|auto|default|enabled|disabled|required|optional|\d{1,5})$/i;
/** From here on a value is replaced wherever it stands; shorter ones only between characters that belong to no word. */
const LONG = 8;
const SHORTEST = 4;

/** Collects what must not be kept: values of variables with telling names, passwords in addresses, and what is given. */
export function knownSecrets(
  environment: Readonly<Record<string, string | undefined>>,
  values: readonly string[],
): readonly Known[] {
  const named = Object.entries(environment).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const passwords = [...value.matchAll(/:\/\/[^\s/:@]*:([^\s/@]+)@/g)].map((match) => match[1] ?? "");
    return SECRET_NAME.test(name) && !PLACE.test(value) ? [value, ...passwords] : passwords;
  });
  const all = [...named, ...values].flatMap((value) => {
    const lines = value.split(/\r?\n/).map((line) => line.trim());
    // A key of several lines may turn up line by line.
    return [value.trim(), ...(lines.length > 1 ? lines.filter((line) => line.length >= 24) : [])];
  });
  return (
    [...new Set(all)]
      .filter((value) => value.length >= SHORTEST && !HARMLESS.test(value))
      // The longest first: one may be part of another.
      .toSorted((a, b) => b.length - a.length)
      .map(describe)
  );
}

function describe(value: string): Known {
  if (value.length < LONG) {
    const literal = value.replace(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
    return {
      forms: [value],
      word: new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, "gu"),
      strong: false,
    };
  }
  return { forms: formsOf(value), strong: isStrong(value) };
}

function isStrong(value: string): boolean {
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((each) => each.test(value)).length;
  return (value.length >= 12 && classes >= 2 && new Set(value).size >= 8) || value.length >= 32;
}

function formsOf(value: string): readonly string[] {
  const url = encodeURIComponent(value.toWellFormed());
  const json = JSON.stringify(value).slice(1, -1);
  const bytes = Buffer.from(value);
  const forms = [
    value,
    json,
    JSON.stringify(json).slice(1, -1),
    url,
    url.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase()),
    url.replaceAll("%20", "+"),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    ...[0, 1, 2].flatMap((offset) => inBase64(bytes, offset)),
  ];
  return [...new Set(forms)].filter((form) => form.length >= LONG).toSorted((a, b) => b.length - a.length);
}

/** What Base64 makes of the bytes where `offset` bytes stand before them, without the digits that others have a part in. */
function inBase64(bytes: Buffer, offset: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor((padded.length * 8) / 6);
  return (["base64", "base64url"] as const).map((encoding) => padded.toString(encoding).slice(first, last));
}
