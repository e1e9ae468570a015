import type { ScriptedBody } from "@pawl/testkit/models";
import { answering, editing } from "./answers.ts";
import { SURFACE_FILE } from "./shares.ts";

export const promptOf = ({ messages }: ScriptedBody): string => String(messages[1]?.content);

/** A stand-in for an engineer: reads the failures that it is shown, and corrects the share of the first one. */
export function engineer(prompt: string): string {
  const failure = /right is ([\d.]+)\ninput: \{"kind":"(\w)","amount":(\d+)\}/.exec(prompt);
  const table = /const SHARES.*= \{ (.*) \};/.exec(prompt);
  if (failure === null || table === null) return answering({ hypothesis: "nothing is wrong" });
  const [, right, kind, amount] = failure as unknown as [string, string, string, string];
  const old = new RegExp(`${kind}: [\\d.]+`).exec(table[1] as string)?.[0] as string;
  const share = Number((Number(right) / Number(amount)).toFixed(4));
  return editing(old, `${kind}: ${share}`, SURFACE_FILE);
}
