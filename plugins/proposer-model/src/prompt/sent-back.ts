import { cleanText } from "@pawl/plugin";
import type { ModelMessage } from "ai";
import type { Marker } from "./marked.ts";

/** What a model is told whose answer cannot be tried, or was tried before. */
export function sentBack(
  answer: string,
  { kind, problem }: { readonly kind: "bad" | "near" | "good"; readonly problem: string },
  marker: Marker,
): readonly ModelMessage[] {
  const told =
    kind === "near"
      ? "That resembles an earlier experiment, and nothing was run. What came of it:"
      : "That cannot be tried, and nothing was run. What is wrong:";
  const then =
    kind === "near"
      ? "Propose something else; or, where you know why it will go differently now, say so in the hypothesis."
      : "Answer once more with the whole JSON object.";
  const said = cleanText(answer).trim();
  return [
    { role: "assistant", content: said === "" ? "(nothing)" : said },
    { role: "user", content: `${told}\n${marker.block(problem)}\n${then}` },
  ];
}
