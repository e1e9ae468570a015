import { UnavailableError, checkModels, describeModel } from "@pawl/model";
import {
  type Check,
  type CondenseContext,
  type Condensed,
  type ExperimentRecord,
  type ModelDescription,
  type PluginContext,
  type Proposal,
  type ProposeContext,
  type Proposer,
  type Redactor,
  type Standstill,
  createRedactor,
} from "@pawl/plugin";
import type { ModelMessage } from "ai";
import { askedSchema } from "./answer/schema.ts";
import { type Question, type Reply, ask } from "./asking/ask.ts";
import { type PaidLine, Unaffordable } from "./asking/paid.ts";
import { Way } from "./asking/way.ts";
import { condense } from "./condense.ts";
import { type Judgement, judge } from "./judge.ts";
import type { LanguageModelOptions } from "./options.ts";
import { type Brief, briefOf } from "./prompt/brief.ts";
import { sentBack } from "./prompt/sent-back.ts";
import { proposalOf, saysPlain } from "./proposal.ts";

/** Statuses by which a server says that it does not understand a request, such as one with a schema. */
const NOT_UNDERSTOOD: ReadonlySet<number> = new Set([400, 415, 422, 501]);

/** A language model that proposes. */
export class ModelProposer implements Proposer {
  readonly models: readonly ModelDescription[];
  readonly #options: LanguageModelOptions;
  readonly #redactor: Redactor;
  readonly #way: Way;
  /** The server refuses schemas. */
  #plain = false;

  constructor(options: LanguageModelOptions, context: PluginContext) {
    this.models = [describeModel(options.model, "meta")];
    this.#options = options;
    const { keyEnv } = options.model;
    this.#redactor = createRedactor(process.env, keyEnv === undefined ? [] : [process.env[keyEnv] ?? ""]);
    this.#way = new Way(options, context, this.#redactor);
  }

  async doctor(): Promise<readonly Check[]> {
    const { mode, file } = this.#way;
    return checkModels({ endpoints: [this.#options.model], mode, file, env: process.env });
  }

  observe({ memo }: ExperimentRecord): void {
    this.#plain ||= saysPlain(memo);
  }

  /** @throws PawlError `PAWL_MODEL_KEY_MISSING`, `PAWL_MODEL_PRICE_UNKNOWN`, `PAWL_MODEL_NOT_RECORDED` */
  async propose(context: ProposeContext, signal: AbortSignal): Promise<Proposal | Standstill> {
    const line = this.#way.open(`propose/${context.experiment}`, context.purse);
    const brief = await briefOf(context, { ...this.#options, redactor: this.#redactor });
    signal.throwIfAborted();
    try {
      return await this.#discuss(line, brief, context, signal);
    } catch (error) {
      if (error instanceof UnavailableError) return { standstill: "unavailable", reason: error.reason };
      if (error instanceof Unaffordable) return { standstill: "unaffordable", reason: error.message };
      throw error;
    }
  }

  /**
   * Has the model say in fewer notes what the given ones say.
   * @throws PawlError `PAWL_BUDGET_SPENT`, `PAWL_MODEL_UNAVAILABLE`, `PAWL_PLUGIN_FAILED` where it cannot
   */
  async condense(context: CondenseContext, signal: AbortSignal): Promise<Condensed> {
    const line = this.#way.open("condense", context.purse);
    return condense(line, context, (question) => this.#ask(line, question, signal), this.#options.model.model);
  }

  close(): void {
    this.#way.close();
  }

  /** Asks, and sends back once what cannot be tried, and once what was tried before. */
  async #discuss(
    line: PaidLine,
    brief: Brief,
    context: ProposeContext,
    signal: AbortSignal,
  ): Promise<Proposal | Standstill> {
    const messages: ModelMessage[] = [{ role: "user", content: brief.prompt }];
    const reasons: string[] = [];
    const reasoning: string[] = [];
    const complaints = new Set<Judgement["kind"]>();
    const close = (judgement: Judgement, unusable?: string): Proposal =>
      proposalOf({
        judgement,
        unusable,
        model: this.#options.model.model,
        exchanges: line.exchanges,
        sentBack: reasons,
        reasoning,
        plain: this.#plain,
      });
    let last: Judgement | undefined;
    for (;;) {
      let reply;
      try {
        reply = await this.#ask(line, { system: brief.system, messages, schema: askedSchema }, signal);
      } catch (error) {
        // What was paid already is told of; the next proposal is the one that cannot be paid.
        if (!(error instanceof Unaffordable) || last === undefined) throw error;
        return close(last, `${reasons.at(-1)}; and there is no money to ask again`);
      }
      if (reply.kind === "refused") {
        return { standstill: "unavailable", reason: `it refuses the request (${reply.status}): ${reply.reason}` };
      }
      if (reply.reasoning !== undefined) reasoning.push(reply.reasoning);
      const judgement = judge(reply, context, this.#options.similarity);
      if (judgement.kind === "good") return close(judgement);
      if (complaints.has(judgement.kind)) {
        // It insists on something that is not quite the same: then it may be tried.
        if (judgement.kind === "near" && !judgement.same) return close(judgement);
        return close(judgement, judgement.problem);
      }
      complaints.add(judgement.kind);
      reasons.push(judgement.problem);
      messages.push(...sentBack(reply.text, judgement, brief.marker));
      last = judgement;
    }
  }

  /** Asks with a schema, and without one where the server does not understand that. */
  async #ask(line: PaidLine, question: Omit<Question, "plain">, signal: AbortSignal): Promise<Reply> {
    const { model: endpoint, reasoning } = this.#options;
    const manner = { endpoint, key: this.#way.key, reasoning };
    const reply = await ask(line, manner, { ...question, plain: this.#plain }, signal);
    if (this.#plain || reply.kind === "answer" || !NOT_UNDERSTOOD.has(reply.status)) return reply;
    const again = await ask(line, manner, { ...question, plain: true }, signal);
    this.#plain = again.kind === "answer";
    return again;
  }
}
