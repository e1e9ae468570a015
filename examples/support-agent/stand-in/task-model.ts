import type { Order } from "../office.ts";
import { decide, type Decision } from "./decide.ts";
import { luck } from "./luck.ts";
import { type Ask, readMail, type Reading } from "./read-mail.ts";
import { readInstructions, type Understanding } from "./read-prompt.ts";
import { type Purpose, type ToolDefinition, toolFor } from "./read-tools.ts";

/** A message of a request. */
export interface Message {
  readonly role: string;
  readonly content?: string | null;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  readonly tool_call_id?: string;
}

/** A chat completion that is asked for, as far as the stand-in looks at it. */
export interface TaskRequest {
  readonly messages: readonly Message[];
  readonly tools?: readonly ToolDefinition[];
  readonly tool_choice?: unknown;
  readonly max_tokens?: number;
}

/** What it answers. */
export interface TaskAnswer {
  readonly content?: string;
  readonly toolCalls?: readonly { readonly id: string; readonly name: string; readonly arguments: Arguments }[];
  readonly finishReason?: string;
}
type Arguments = Readonly<Record<string, string | number>>;

/** How careless it is; all in [0, 1]. */
const ODDS = {
  /** It tries a tool whose description does not say when to use it. */
  guess: 0.3,
  /** It looks an order up although nobody told it when. */
  guessLookUp: 0.6,
  /** It believes that it has done what it has not. Whoever has it check finds that out. */
  slip: 0.12,
  /** It overlooks a slip although it checks. */
  overlook: 0.1,
  /** It does not understand what the customer wants. */
  misread: 0.04,
  /** It names facts though nobody asked for them. */
  facts: 0.65,
  /** It looks something up that it does not need. */
  wander: 0.7,
};
/** Characters of a conversation, the instructions not counted, beyond which it no longer knows what it wanted to say. */
const THREAD = 3_500;
const CHARACTERS_PER_TOKEN = 4;

/**
 * The stand-in for a task model: rules, no model. It reads instructions, tool descriptions, the mail and what tools have
 * answered, and does what a reader who knows no more than that would do, with slips that come from a seed.
 */
export function answerTask(request: TaskRequest, seed: number): TaskAnswer {
  const mind = makeUp(request, seed);
  const next = mind.mayCall ? nextCall(mind) : undefined;
  if (next !== undefined) return call(next.name, next.arguments, request.messages.length);
  return say(replyOf(mind), request.max_tokens);
}

/** All that it has in mind when it answers. */
interface Mind {
  readonly mail: string;
  readonly reading: Reading;
  readonly rules: Understanding;
  readonly tools: readonly ToolDefinition[];
  readonly mayCall: boolean;
  /** It is asked to look over what it has done. */
  readonly checking: boolean;
  /** The conversation has become too long to keep in mind. */
  readonly lost: boolean;
  readonly orders: ReadonlyMap<string, Order>;
  /** Every call so far: the tool's name and its arguments as JSON. */
  readonly called: readonly string[];
  readonly chance: (purpose: string) => number;
}

function makeUp({ messages, tools = [], tool_choice: choice }: TaskRequest, seed: number): Mind {
  const users = messages.filter(({ role }) => role === "user").map(({ content }) => content ?? "");
  const mail = users.find((text) => /^From: /m.test(text)) ?? users[0] ?? "";
  const told = [...messages.filter(({ role }) => role === "system").map(({ content }) => content ?? "")];
  const later = users.filter((text) => text !== mail);
  const results = messages.filter(({ role }) => role === "tool").map(({ content }) => parse(content ?? ""));
  const policies = results.flatMap((result) => (typeof result["policy"] === "string" ? [result["policy"]] : []));
  const orders = results.flatMap((result) => (isOrder(result) ? [[result.id, result] as const] : []));
  const talk = messages.filter(({ role }) => role !== "system").reduce((sum, message) => sum + sizeOf(message), 0);
  return {
    mail,
    reading: readMail(mail),
    rules: readInstructions([...told, ...policies, ...later].join("\n")),
    tools,
    mayCall: choice !== "none" && tools.length > 0,
    checking: later.some((text) =>
      /check|verif|review|look over|make sure|go through|before (it|this|you)/i.test(text),
    ),
    lost: talk > THREAD,
    orders: new Map(orders),
    called: messages.flatMap(({ tool_calls: calls = [] }) =>
      calls.map(({ function: { name, arguments: args } }) => `${name} ${args}`),
    ),
    chance: (purpose) => luck(seed, mail, purpose),
  };
}

/** The wishes that it attends to; of several only the first, unless it was told that all count. */
function asksOf({ reading, rules, chance }: Mind): readonly Ask[] {
  const understood = chance("misread") < ODDS.misread ? [] : reading.asks;
  const asks = rules.everyRequest === true ? understood : understood.slice(0, 1);
  if (reading.ordered === undefined || rules.mailIsData === true) return asks;
  // Whoever takes a mail for an order obeys it, whatever the rules say.
  return [...asks, { wish: "compensation", order: reading.ordered }];
}

function nextCall(mind: Mind): { name: string; arguments: Arguments } | undefined {
  const { orders, rules } = mind;
  const asks = asksOf(mind);
  for (const ask of asks) {
    if (ask.order === undefined) {
      if (rules.clarify === true) continue;
      const listed = attempt(mind, "list_orders", { email: mind.reading.sender });
      if (listed !== undefined) return listed;
      continue;
    }
    const topic = policyFor(ask);
    const policy = toolFor("read_policy", mind.tools);
    if (policy?.clear === true && !knows(rules, ask)) {
      const read = attempt(mind, "read_policy", { topic });
      if (read !== undefined) return read;
    }
    const found = orders.get(ask.order);
    if (found === undefined) {
      const looked = attempt(mind, "find_order", { order_id: ask.order });
      if (looked !== undefined) return looked;
      continue;
    }
    const { act } = decideOn(mind, ask, found);
    if (act === undefined || slips(mind, ask)) continue;
    const acted = attempt(mind, act.purpose, act.arguments);
    if (acted !== undefined) return acted;
  }
  return wander(mind);
}

/** A call that it has not made yet, where there is a tool for it that it would think of. */
function attempt(mind: Mind, purpose: Purpose, args: Arguments): { name: string; arguments: Arguments } | undefined {
  const fit = toolFor(purpose, mind.tools);
  if (fit === undefined || mind.called.includes(`${fit.name} ${JSON.stringify(args)}`)) return undefined;
  const odds = purpose === "find_order" ? ODDS.guessLookUp : ODDS.guess;
  return fit.clear || mind.chance(`guess/${purpose}`) < odds ? { name: fit.name, arguments: args } : undefined;
}

/** Looks up one more thing, which nobody needs, again and again. */
function wander(mind: Mind): { name: string; arguments: Arguments } | undefined {
  const { rules, called, chance, reading, orders, checking } = mind;
  if (rules.brief === true || checking || chance(`wander/${called.length}`) >= ODDS.wander) return undefined;
  const [known] = orders.keys();
  const purpose: Purpose = known !== undefined && called.length % 2 === 0 ? "find_order" : "list_orders";
  const fit = toolFor(purpose, mind.tools);
  if (fit === undefined) return undefined;
  return purpose === "find_order"
    ? { name: fit.name, arguments: { order_id: known ?? "" } }
    : { name: fit.name, arguments: { email: reading.sender } };
}

/** Words in a mail that order it about get what they want: nobody looks at rules then. */
function decideOn({ reading, rules }: Mind, ask: Ask, order: Order): Decision {
  return decide(ask, order, reading, ask.order === reading.ordered && rules.mailIsData !== true ? {} : rules);
}

const slips = ({ checking, chance }: Mind, { wish }: Ask): boolean =>
  chance(`slip/${wish}`) < ODDS.slip && (!checking || chance(`overlook/${wish}`) < ODDS.overlook);

function knows(rules: Understanding, { wish }: Ask): boolean {
  const known: Readonly<Record<Ask["wish"], unknown>> = {
    refund: rules.refundDays,
    wrongItem: rules.warrantyDays,
    defect: rules.warrantyDays,
    cancel: rules.changesEnd,
    address: rules.changesEnd,
    parcel: rules.traceLate,
    double: rules.countPayments,
    compensation: rules.noCompensation,
  };
  return known[wish] !== undefined;
}

function policyFor({ wish }: Ask): string {
  if (wish === "refund" || wish === "compensation") return wish === "refund" ? "refunds" : "compensation";
  if (wish === "wrongItem" || wish === "defect") return "warranty";
  if (wish === "cancel" || wish === "address") return "changes";
  return wish === "parcel" ? "parcels" : "payments";
}

/** It believes that what it decided on is done, unless it was made to look. */
function replyOf(mind: Mind): string {
  const { rules, orders, lost, chance } = mind;
  const lines = asksOf(mind).map((ask): string => {
    if (ask.order === undefined) {
      return rules.clarify === true ? "Which order is it about? Please tell me the order number." : vague();
    }
    const order = orders.get(ask.order);
    if (order === undefined) return vague();
    const { act, says } = decideOn(mind, ask, order);
    const done = act === undefined || slips(mind, ask) || wasCalled(mind, act.purpose, act.arguments);
    const withFacts = (rules.facts === true || chance(`facts/${ask.wish}`) < ODDS.facts) && !lost;
    if (!done) return vague();
    return withFacts ? says : "Your request has been taken care of.";
  });
  if (lines.length === 0) lines.push(vague());
  return ["Dear customer,", "thank you for your mail.", ...new Set(lines), "Kind regards"].join("\n");
}

const vague = (): string => "We are looking into it.";

function wasCalled({ tools, called }: Mind, purpose: Purpose, args: Arguments): boolean {
  const fit = toolFor(purpose, tools);
  return fit !== undefined && called.includes(`${fit.name} ${JSON.stringify(args)}`);
}

function call(name: string, args: Arguments, at: number): TaskAnswer {
  return { toolCalls: [{ id: `call_${at}`, name, arguments: args }] };
}

function say(text: string, maxTokens = Number.POSITIVE_INFINITY): TaskAnswer {
  const most = maxTokens * CHARACTERS_PER_TOKEN;
  return text.length <= most ? { content: text } : { content: text.slice(0, most), finishReason: "length" };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

const isOrder = (value: unknown): value is Order =>
  typeof value === "object" && value !== null && "id" in value && "payments" in value && "items" in value;

const sizeOf = ({ content, tool_calls: calls }: Message): number =>
  (content?.length ?? 0) + (calls === undefined ? 0 : JSON.stringify(calls).length);
