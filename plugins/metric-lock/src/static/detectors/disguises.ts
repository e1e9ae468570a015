/** Texts that are read another way than they are written: by who swaps letters for digits, or knows an encoding. */

const STANDS_FOR: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
};

/** The text itself, and everything that it could be read as. */
export function readings(text: string): readonly string[] {
  const found = [text];
  // `1gn0re`, and not `10 %`: digits count as letters only where they stand among letters.
  const swapped = text.replaceAll(/[\w@$]*[a-z][\w@$]*/gi, (word) =>
    word.replaceAll(/[013457@$]/g, (sign) => STANDS_FOR[sign] ?? sign),
  );
  if (swapped !== text) found.push(swapped);
  for (const [run] of text.matchAll(/[\w+/-]{16,}={0,2}/g)) {
    const bytes = /^(?:[\da-f]{2})+$/i.test(run) ? Buffer.from(run, "hex") : Buffer.from(run, "base64");
    const decoded = bytes.toString("latin1");
    if (/^[\t\n\r\u0020-\u007e]+$/.test(decoded) && decoded.includes(" ")) found.push(decoded);
  }
  return found;
}

/** Shorter names say nothing to anybody but the code. */
const LONG_NAME = /[A-Za-z_$][\w$]{19,}/g;

/** Long names as sentences: `reviewersPleaseApprove` and `reviewers_please_approve`. */
export function sentencesIn(
  code: string,
): readonly { readonly name: string; readonly text: string; readonly at: number }[] {
  return [...code.matchAll(LONG_NAME)].map(({ 0: name, index }) => ({
    name,
    text: name.replaceAll(/([a-z\d])([A-Z])/g, "$1 $2").replaceAll(/[_$]+/g, " "),
    at: index,
  }));
}
