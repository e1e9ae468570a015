import { type Cost, type Json, type ModelExchange, type Proposal, cleanText } from "@pawl/plugin";
import type { Taken } from "./answer/schema.ts";
import type { Judgement } from "./judge.ts";

/** All that is known when a model has said its last word. */
export interface LastWord {
  readonly judgement: Judgement;
  /** Why it is not tried, where it is not. */
  readonly unusable?: string | undefined;
  readonly model: string;
  readonly exchanges: readonly ModelExchange[];
  /** Why earlier answers were sent back. */
  readonly sentBack: readonly string[];
  readonly reasoning: readonly string[];
  /** See {@link Memo}. */
  readonly plain: boolean;
}

/** Ideas for later that are taken of one answer. */
const MOST_IDEAS = 5;
const NO_HYPOTHESIS = "(the answer could not be used)";

/** Makes a proposal of it. Whatever a model has written is cleaned: it ends up in the ledger and on terminals. */
export function proposalOf(word: LastWord): Proposal {
  const { judgement, unusable, exchanges, plain } = word;
  const { answer } = judgement;
  return {
    change:
      unusable === undefined && judgement.kind !== "bad"
        ? judgement.changed.change
        : { kind: "unusable", reason: cleaned(unusable ?? judgement.kind, 2_000) || "no answer" },
    hypothesis: (answer === undefined ? "" : oneLine(answer.hypothesis)) || NO_HYPOTHESIS,
    ...(answer === undefined ? {} : wordsOf(answer)),
    trace: traceOf(word),
    exchanges,
    cost: costOf(word.model, exchanges),
    ...(plain ? { memo: { plain } satisfies Memo } : {}),
  };
}

/** What a resumed run must know: the model's server refuses schemas, so it is asked without. */
export interface Memo {
  readonly plain: true;
}

/** Whether a memo says that schemas are refused. */
export function saysPlain(memo: Json | undefined): boolean {
  return typeof memo === "object" && memo !== null && (memo as { readonly plain?: unknown }).plain === true;
}

function wordsOf({
  expectedEffect,
  learnIfItFails,
  ideas,
}: Taken): Pick<Proposal, "rationale" | "ifItFails" | "ideas"> {
  const rationale = cleaned(expectedEffect, 2_000);
  const ifItFails = oneLine(learnIfItFails);
  const others = ideas.map(oneLine).filter((idea) => idea !== "");
  return {
    ...(rationale === "" ? {} : { rationale: `Expected: ${rationale}` }),
    ...(ifItFails === "" ? {} : { ifItFails }),
    ...(others.length === 0 ? {} : { ideas: others.slice(0, MOST_IDEAS) }),
  };
}

function traceOf({ model, sentBack, reasoning }: LastWord): Json {
  return {
    model,
    ...(reasoning.length === 0 ? {} : { reasoning: [...reasoning] }),
    ...(sentBack.length === 0 ? {} : { sentBack: sentBack.map((reason) => cleaned(reason, 4_000)) }),
  };
}

/** What calls have cost, of all of them and by model. */
export function costOf(model: string, exchanges: readonly ModelExchange[]): Cost {
  const sum = (count: (exchange: ModelExchange) => number): number =>
    exchanges.reduce((total, exchange) => total + count(exchange), 0);
  // A refused request costs nothing, and has no price of its own.
  const priced = exchanges.every(({ usd, status }) => usd !== undefined || status >= 400);
  const use = {
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    ...(priced ? { usd: sum(({ usd = 0 }) => usd) } : {}),
  };
  return { ...use, models: { [model]: { calls: exchanges.length, ...use } } };
}

const cleaned = (text: string, maxCharacters: number): string => cleanText(text, { maxCharacters }).trim();
const oneLine = (text: string): string => cleanText(text, { maxCharacters: 500 }).replaceAll(/\s+/g, " ").trim();
