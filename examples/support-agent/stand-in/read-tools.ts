/** A tool as a request defines it. */
export interface ToolDefinition {
  readonly function: {
    readonly name: string;
    readonly description?: string;
    readonly parameters?: unknown;
  };
}

/** What the stand-in may want to do, and the words by which it knows a tool for it. */
const TOPICS = {
  find_order: [/order/i, /look|find|read|show|get|fetch|detail|status|data|facts/i],
  list_orders: [/orders|customer|account/i, /list|all|which|data|customer/i],
  read_policy: [/polic|rule|allowed/i],
  refund: [/refund|money|pay.* back|reimburse/i],
  replace_item: [/replac|stock|send .* again|another one|new one/i],
  cancel_order: [/cancel|call off|orders\./i],
  change_address: [/address|deliver.* to/i],
  open_trace: [/trace|carrier|parcel|missing/i],
  hand_over: [/hand|colleague|human|escalat|person/i],
} as const satisfies Readonly<Record<string, readonly RegExp[]>>;
export type Purpose = keyof typeof TOPICS;

/** Says for which situation a tool is. */
const WHEN =
  /\b(when|whenever|if|after|before|once|only|use (this|it)|for (a|an|every|customers?|orders?|parcels?)|as soon as|as long as|while)\b/i;
const TOO_SHORT = 25;

/** A tool that fits a purpose, and whether its description says when to use it. */
export interface Fit {
  readonly name: string;
  readonly clear: boolean;
}

/** Finds the tool for a purpose by what its name and description say; those come first that say when. */
export function toolFor(purpose: Purpose, tools: readonly ToolDefinition[]): Fit | undefined {
  const fits = tools.flatMap(({ function: { name, description = "" } }) => {
    // Of a long description only the beginning is read.
    const text = `${name.replaceAll("_", " ")}. ${description.slice(0, 400)}`;
    if (!TOPICS[purpose].every((sign) => sign.test(text))) return [];
    const own = name === purpose ? 1 : 0;
    return [{ name, own, clear: description.length >= TOO_SHORT && WHEN.test(description) }];
  });
  const [best] = fits.toSorted((a, b) => b.own - a.own || Number(b.clear) - Number(a.clear));
  return best === undefined ? undefined : { name: best.name, clear: best.clear };
}
