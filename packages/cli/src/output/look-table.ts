import type { Look } from "@pawl/core";
import { type Span, fitLine } from "../window/line.ts";
import type { Output } from "./output.ts";
import { pad, sanitise } from "./text.ts";

const WIDTHS = { at: 20, run: 12, experiment: 6, purpose: 7, answer: 6, cases: 12 };

export const LOOK_HEADER = [
  pad("when", WIDTHS.at),
  pad("run", WIDTHS.run),
  pad("#", WIDTHS.experiment, "left"),
  pad("purpose", WIDTHS.purpose),
  pad("answer", WIDTHS.answer),
  pad("cases", WIDTHS.cases),
  "gate",
].join("  ");

/** One row of the peek ledger for people: who asked what about which candidate, and the bit that came of it. */
export function lookRow(look: Look, { columns = Number.POSITIVE_INFINITY, colors }: Output): string {
  const { at, run, experiment, purpose, gate = "", passed, cases = "", seed } = look;
  const digest = cases.replace(/^sha256:/, "").slice(0, WIDTHS.cases);
  const spans: Span[] = [
    { text: `${pad(at.replace(/\.\d+Z$/, "Z"), WIDTHS.at)}  `, style: "dim" },
    { text: `${pad(sanitise(run), WIDTHS.run)}  ${pad(String(experiment), WIDTHS.experiment, "left")}  ` },
    { text: `${pad(sanitise(purpose), WIDTHS.purpose)}  ` },
    answerOf(passed),
    { text: `  ${pad(digest, WIDTHS.cases)}  `, style: "dim" },
    { text: sanitise(gate) },
    ...(seed === undefined ? [] : [{ text: `${gate === "" ? "" : " "}[seed ${seed}]`, style: "dim" as const }]),
  ];
  return fitLine(spans, columns, colors).trimEnd();
}

function answerOf(passed: boolean | undefined): Span {
  if (passed === undefined) return { text: pad("–", WIDTHS.answer), style: "dim" };
  return passed
    ? { text: pad("passed", WIDTHS.answer), style: "green" }
    : { text: pad("no", WIDTHS.answer), style: "yellow" };
}
