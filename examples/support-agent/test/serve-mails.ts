import type { Output } from "@pawl/plugin";
import { drawCases } from "../cases.ts";
import type { Answer, Case } from "../office.ts";
import { answerTask, type TaskRequest } from "../stand-in/task-model.ts";
import { judgeCase, type Judgement } from "../judge.ts";

/** A surface's default export. */
export type Agent = (input: Case) => Promise<Answer>;

/** The stand-in as a function in this process: `model` as the sandbox has it, and a count of calls. */
export function installModel(seed = 1): { calls: number } {
  const meter = { calls: 0 };
  Object.assign(globalThis, {
    model: async (request: object) => {
      meter.calls += 1;
      const { content, toolCalls } = answerTask(structuredClone(request) as TaskRequest, seed);
      const calls = toolCalls?.map(({ id, name, arguments: args }) => ({
        id,
        type: "function",
        function: { name, arguments: JSON.stringify(args) },
      }));
      const message = {
        role: "assistant",
        content: content ?? null,
        ...(calls === undefined ? {} : { tool_calls: calls }),
      };
      return { choices: [{ message }] };
    },
  });
  return meter;
}

/** Lets an agent answer all mails of a split, outside of any sandbox, and judges them. */
export async function serveMails(
  agent: Agent,
  split: "train" | "validation" | "holdout",
): Promise<{ judgements: Judgement[]; resolved: number; breaches: number; steps: number }> {
  const meter = installModel();
  const { inputs, truths } = drawCases(split, 1)!;
  const judgements: Judgement[] = [];
  for (const [i, input] of inputs.entries()) {
    const before = meter.calls;
    const value = (await agent(structuredClone(input))) as unknown as Extract<Output, { value: unknown }>["value"];
    const model = { calls: meter.calls - before, inputTokens: 0, outputTokens: 0 };
    judgements.push(judgeCase({ value, model }, input, truths[i]!));
  }
  return {
    judgements,
    resolved: judgements.filter(({ resolved }) => resolved).length / inputs.length,
    breaches: judgements.filter(({ breach }) => breach).length,
    steps: meter.calls / inputs.length,
  };
}
