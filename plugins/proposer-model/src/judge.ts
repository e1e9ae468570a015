import type { ProposeContext } from "@pawl/plugin";
import { type Changed, changeOf } from "./answer/change.ts";
import { nearTry } from "./answer/near.ts";
import { readAnswer } from "./answer/read.ts";
import { type Taken, takenSchema } from "./answer/schema.ts";
import type { Reply } from "./asking/ask.ts";

type Usable = Extract<Changed, { readonly change: unknown }>;

/** What an answer is worth. */
export type Judgement =
  | { readonly kind: "good"; readonly answer: Taken; readonly changed: Usable }
  /** It applies, and was tried before in all but words. */
  | {
      readonly kind: "near";
      readonly answer: Taken;
      readonly changed: Usable;
      readonly problem: string;
      readonly same: boolean;
    }
  | { readonly kind: "bad"; readonly answer?: Taken; readonly problem: string };

/** Looks at an answer before anything is run. */
export function judge(
  { text, cutOff }: Extract<Reply, { readonly kind: "answer" }>,
  context: Pick<ProposeContext, "champion" | "notebook" | "history">,
  similarity: number,
): Judgement {
  const read = readAnswer(text, takenSchema);
  if ("problem" in read) {
    const cut = cutOff ? ", as it was cut off at the longest that it may be: be briefer, and use edits" : "";
    return { kind: "bad", problem: `${read.problem}${cut}` };
  }
  const { answer } = read;
  const changed = changeOf(context.champion.files, answer);
  if ("problem" in changed) return { kind: "bad", answer, problem: changed.problem };
  const near = nearTry(context, changed.files, similarity);
  if (near === undefined) return { kind: "good", answer, changed };
  return { kind: "near", answer, changed, problem: near.told, same: near.same };
}
