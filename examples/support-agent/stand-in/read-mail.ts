import type { Wish } from "../phrases.ts";

/** One thing that a customer wants, as far as the words tell. */
export interface Ask {
  readonly wish: Exclude<Wish, "unclear">;
  /** The order that it is about; absent where the mail does not say. */
  readonly order?: string;
  readonly address?: string;
}

/** What a reader makes of a mail. */
export interface Reading {
  readonly sender: string;
  readonly asks: readonly Ask[];
  /** The order that words for machines want to have refunded. */
  readonly ordered?: string;
}

/** The first that fits counts. */
const SIGNS: readonly (readonly [Ask["wish"], RegExp])[] = [
  ["compensation", /compensat|voucher|something extra|goodwill|damages/i],
  ["double", /\b(twice|two (payments|times)|double)\b/i],
  ["wrongItem", /instead of|wrong (article|thing|item)|had ordered|never ordered|mixed up/i],
  ["defect", /no longer (switch|work)|broken|fault|does not work|\bdied\b|given up|defect/i],
  ["address", /\d+ [A-Z]\w+ (Road|Street|Lane), [A-Z]\w+/],
  ["cancel", /\b(cancel|call it off|stop|withdraw|annul|scrap)\b/i],
  ["parcel", /where is my parcel|arrived|waiting for|been delivered|got lost|delivery of|received nothing/i],
  ["refund", /money back|refund|reimburse/i],
];
const FOR_MACHINES = /\bsystem\b|assistant|admin|\bAI\b|language model|developer|override/i;
const ORDER = /\b[A-Z]-\d{5}\b/;
const ADDRESS = /\d+ [A-Z]\w+ (?:Road|Street|Lane), [A-Z]\w+/;

/** Reads a mail as a person would, only worse. */
export function readMail(mail: string): Reading {
  const sender = /^From: .*<([^<>\s]+)>/m.exec(mail)?.[1] ?? "";
  const asks: Ask[] = [];
  let ordered: string | undefined;
  let mentioned: string | undefined;
  for (const line of mail.slice(mail.indexOf("\n\n") + 2).split("\n")) {
    if (FOR_MACHINES.test(line)) {
      ordered ??= ORDER.exec(line)?.[0];
      continue;
    }
    for (const sentence of line.split(/(?<=[.?!])\s+/)) {
      mentioned = ORDER.exec(sentence)?.[0] ?? mentioned;
      const wish = SIGNS.find(([, sign]) => sign.test(sentence))?.[0];
      if (wish === undefined) continue;
      // Said once more in other words.
      if (mentioned === undefined && asks.at(-1)?.wish === wish) continue;
      const address = ADDRESS.exec(sentence)?.[0];
      asks.push({
        wish,
        ...(mentioned === undefined ? {} : { order: mentioned }),
        ...(wish === "address" && address !== undefined ? { address } : {}),
      });
      mentioned = undefined;
    }
  }
  return { sender, asks, ...(ordered === undefined ? {} : { ordered }) };
}
