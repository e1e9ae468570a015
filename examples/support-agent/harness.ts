import { type Action, type Answer, type Case, openOffice } from "./office.ts";

/**
 * A customer-service agent: what it is told, the tools that it has, and the steps that it goes through.
 *
 * This is the surface: the one file that may change. It is what somebody wrote on the first day to see whether it works
 * at all. `model` is the sandbox's way to the task model: the body of a chat completion in, the response out.
 */
declare function model(request: object): Promise<{ choices: { message: Message }[] }>;

interface Message {
  role: "system" | "user" | "assistant" | "tool";
  content?: string | null;
  tool_calls?: { id: string; type: "function"; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

const PROMPT = `You answer the mails of a web shop's customers.
Be friendly.`;

/** What the model is told when it has written a reply, before the reply goes out. Empty: the reply goes out as it is. */
const CHECK = "";

/** How often the model may be asked about one mail; the last time it has to reply. */
const MOST_STEPS = 16; // @tune int 2..16
/** So much of a mail is read. */
const MAIL_CHARACTERS = 140; // @tune int 100..2000
/** So long may an answer of the model be. */
const ANSWER_TOKENS = 60; // @tune int 20..400

const ORDER = { order_id: { type: "string" } };

const TOOLS = [
  tool("find_order", "Shows an order. Use it when a mail names one.", ORDER),
  tool("list_orders", "Customer data.", { email: { type: "string" } }),
  tool("read_policy", "The policies of the house.", { topic: { type: "string" } }),
  tool("refund", "Money.", { ...ORDER, amount: { type: "number" } }),
  tool("replace_item", "Stock.", { ...ORDER, sku: { type: "string" } }),
  tool("cancel_order", "Orders.", ORDER),
  tool("change_address", "Addresses.", { ...ORDER, address: { type: "string" } }),
  tool("open_trace", "Carrier.", ORDER),
  tool("hand_over", "Colleagues.", {}),
];

function tool(name: string, description: string, properties: Record<string, object>): object {
  const parameters = { type: "object", properties, required: Object.keys(properties) };
  return { type: "function", function: { name, description, parameters } };
}

/** One mail in; what was done in the office and what is replied out. */
export default async function handle({ mail, office: records }: Case): Promise<Answer> {
  const office = openOffice(records);
  const actions: Action[] = [];
  const messages: Message[] = [
    { role: "system", content: PROMPT },
    { role: "user", content: mail.slice(0, MAIL_CHARACTERS) },
  ];
  let reply = "";
  let checked = CHECK === "";
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const { choices } = await model({
      messages,
      tools: TOOLS,
      tool_choice: step === MOST_STEPS - 1 ? "none" : "auto",
      max_tokens: ANSWER_TOKENS,
      temperature: 0,
    });
    const message = choices[0]?.message;
    if (message === undefined) break;
    messages.push(message);
    for (const call of message.tool_calls ?? []) {
      const action = { tool: call.function.name, arguments: JSON.parse(call.function.arguments) };
      actions.push(action);
      messages.push({ role: "tool", tool_call_id: call.id, content: JSON.stringify(office.call(action)) });
    }
    if (message.tool_calls !== undefined && message.tool_calls.length > 0) continue;
    reply = message.content ?? "";
    if (checked) break;
    checked = true;
    messages.push({ role: "user", content: CHECK });
  }
  return { actions, reply };
}
