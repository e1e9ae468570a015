import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import { type ModelExchange, type PawlEvent, conversationOf } from "@pawl/core";
import { type ToolCall, chatAttributes, defined, errorOf, toolAttributes } from "./attributes.ts";

/** An experiment that has ended, with the exchanges that its events name. */
export interface Experiment {
  readonly proposer: string;
  readonly proposed: PawlEvent<"experiment.proposed">;
  readonly exchanges: readonly ModelExchange[];
  readonly executions: readonly Execution[];
  readonly finished: PawlEvent<"experiment.finished">;
  readonly commit?: string;
}

/** What one execution asked of models. */
export interface Execution {
  readonly used: PawlEvent<"gateway.used">;
  readonly exchanges: readonly ModelExchange[];
}

/**
 * Writes an experiment as one trace, with the times that were recorded: a root span, below it an agent that proposes and
 * the agent under test, below those each call of a model and of a tool.
 * @returns the root, for what comes later
 */
export function writeExperiment(tracer: Tracer, experiment: Experiment, content: boolean): Context {
  const { proposer, proposed, exchanges, executions, finished, commit } = experiment;
  const { experiment: number, status, failure, reason, score, champion, lock, verdicts } = finished.data;
  const { parent, hypothesis, cost } = proposed.data;
  const end = Date.parse(finished.at);
  const start = Math.min(Date.parse(proposed.at), ...exchanges.map(({ at }) => Date.parse(at)));
  const root = tracer.startSpan(
    `experiment ${number}`,
    {
      root: true,
      startTime: start,
      attributes: defined({
        "pawl.run": finished.run ?? undefined,
        "pawl.experiment": number,
        "pawl.parent": parent ?? undefined,
        "pawl.hypothesis": hypothesis,
        "pawl.status": status,
        "pawl.failure": failure,
        "pawl.reason": reason,
        "pawl.score": score,
        "pawl.champion": champion ?? undefined,
        "pawl.lock": lock,
        "pawl.commit": commit,
        "pawl.usd": cost?.usd,
      }),
    },
    ROOT_CONTEXT,
  );
  const context = trace.setSpan(ROOT_CONTEXT, root);
  const at = Date.parse(proposed.at);
  const agent = {
    "gen_ai.agent.name": proposer,
    "gen_ai.usage.input_tokens": cost?.inputTokens,
    "gen_ai.usage.output_tokens": cost?.outputTokens,
  };
  writeAgent(tracer, context, { name: proposer, start, end: at, attributes: agent, exchanges, content });
  for (const execution of executions) writeExecution(tracer, context, execution, content);
  for (const { gate, step, decision, code, reason: why } of verdicts) {
    root.addEvent(
      "gen_ai.evaluation.result",
      {
        "gen_ai.evaluation.name": code,
        "gen_ai.evaluation.score.label": decision,
        "gen_ai.evaluation.explanation": why,
        "pawl.gate": gate,
        "pawl.step": step,
      },
      end,
    );
  }
  if (status === "failed") {
    root.setAttribute("error.type", failure ?? "failed");
    root.setStatus({ code: SpanStatusCode.ERROR, message: reason });
  }
  root.end(end);
  return context;
}

/** One execution of the surface, as an agent that was asked. What was said about cases that nobody may see is left out. */
export function writeExecution(
  tracer: Tracer,
  context: Context,
  { used, exchanges }: Execution,
  content: boolean,
): void {
  const { job, models, refused, trouble } = used.data;
  const uses = Object.values(models);
  const end = Date.parse(used.at);
  writeAgent(tracer, context, {
    name: "surface",
    start: Math.min(end, ...exchanges.map(({ at }) => Date.parse(at))),
    end,
    attributes: {
      "gen_ai.agent.name": "surface",
      "gen_ai.usage.input_tokens": uses.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
      "gen_ai.usage.output_tokens": uses.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
      "pawl.job": job,
      "pawl.refused": refused,
      "error.type": trouble?.kind,
    },
    exchanges,
    content: content && job.endsWith("/train"),
  });
}

interface Agent {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly attributes: Parameters<typeof defined>[0];
  readonly exchanges: readonly ModelExchange[];
  readonly content: boolean;
}

function writeAgent(tracer: Tracer, context: Context, agent: Agent): void {
  const { name, start, end, attributes, exchanges, content } = agent;
  const own = defined({ "gen_ai.operation.name": "invoke_agent", ...attributes });
  const span = tracer.startSpan(`invoke_agent ${name}`, { startTime: start, attributes: own }, context);
  const below = trace.setSpan(context, span);
  for (const exchange of exchanges) writeChat(tracer, below, exchange, content);
  for (const { call, from, to } of toolCalls(exchanges)) {
    const options = { startTime: from, attributes: toolAttributes(call, content) };
    tracer.startSpan(`execute_tool ${call.name}`, options, below).end(to);
  }
  span.end(Math.max(start, end));
}

function writeChat(tracer: Tracer, context: Context, exchange: ModelExchange, content: boolean): void {
  const start = Date.parse(exchange.at);
  const attributes = chatAttributes(exchange, content);
  const name = `chat ${String(attributes["gen_ai.request.model"])}`;
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, startTime: start, attributes }, context);
  const error = errorOf(exchange.status);
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
  span.end(start + exchange.wallMs);
}

/** Tools run between the answer that calls them and the request that brings their result. */
function toolCalls(exchanges: readonly ModelExchange[]): { call: ToolCall; from: number; to: number }[] {
  return exchanges.flatMap((exchange, index) => {
    const from = Date.parse(exchange.at) + exchange.wallMs;
    const calls = conversationOf(exchange).output.flatMap(({ parts }) =>
      parts.filter(({ kind }) => kind === "tool-call"),
    );
    return calls.flatMap((call) => {
      if (call.kind !== "tool-call") return [];
      const answer = answerTo(call, exchanges.slice(index + 1));
      // A call that nobody answers, such as one that carries structured output, was no execution.
      return answer === undefined
        ? []
        : [{ call: { ...call, output: answer.output }, from, to: Math.max(from, answer.at) }];
    });
  });
}

function answerTo({ id }: { readonly id?: string }, later: readonly ModelExchange[]) {
  if (id === undefined) return undefined;
  for (const exchange of later) {
    for (const part of conversationOf(exchange).input.flatMap(({ parts }) => parts)) {
      if (part.kind === "tool-result" && part.id === id) return { output: part.output, at: Date.parse(exchange.at) };
    }
  }
  return undefined;
}
