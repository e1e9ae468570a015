import { type Cost, type Purse, type Reservation, PawlError } from "@pawl/plugin";
import { z } from "zod";
import type { AgentRun } from "./agent-run.ts";
import type { CommandOptions } from "./options.ts";

const amount = z.number().nonnegative().finite();
const tokens = z.int().nonnegative();

/** What agents print, as far as it is about money and tokens. Claude Code's names come first. */
const claimSchema = z.object({
  total_cost_usd: amount.optional(),
  cost_usd: amount.optional(),
  usd: amount.optional(),
  usage: z
    .object({
      input_tokens: tokens.optional(),
      cache_creation_input_tokens: tokens.optional(),
      cache_read_input_tokens: tokens.optional(),
      output_tokens: tokens.optional(),
    })
    .optional(),
});

/** The file that the cost is read from, where it is read from one. */
export function costFile({ cost }: CommandOptions): string | undefined {
  return typeof cost === "object" ? cost.file : undefined;
}

/**
 * Sets aside what a call may cost.
 * @returns `null` where less is left
 * @throws PawlError `PAWL_MODEL_PRICE_UNKNOWN` where the run has a USD budget and nothing says what a call costs
 */
export function reserve(options: CommandOptions, purse: Purse): Reservation | null {
  const { gateway, usdPerCall, maxUsdPerCall } = options;
  // The gateway sets aside what it spends, call by call.
  if (gateway !== undefined) return purse.reserve(usdPerCall ?? 0);
  const most = usdPerCall ?? maxUsdPerCall;
  if (most !== undefined) return purse.reserve(most);
  if (!purse.limited) return purse.reserve(0);
  throw new PawlError(
    "PAWL_MODEL_PRICE_UNKNOWN",
    "the run has a USD budget, and nothing says what a call of the agent costs",
    {
      path: "proposer.options.maxUsdPerCall",
      remedy:
        "Set usdPerCall (0 for an agent that costs nothing), or maxUsdPerCall together with cost, where the agent says what it cost.",
    },
  );
}

/** What a call cost, as far as anyone knows. */
export interface Charge {
  /** To be charged, in US dollars: the most that was set aside where the agent does not say what it cost. */
  readonly usd: number;
  readonly cost: Cost | undefined;
}

/** Adds up what the gateway metered, what always costs the same, and what the agent claims. */
export function chargeOf(options: CommandOptions, run: AgentRun, limited: boolean): Charge {
  const { usdPerCall, maxUsdPerCall, gateway } = options;
  if (gateway !== undefined) return metered(run, usdPerCall);
  if (usdPerCall !== undefined) return { usd: usdPerCall, cost: { usd: usdPerCall } };
  const claim = readClaim(options, run);
  const usd = claim?.total_cost_usd ?? claim?.cost_usd ?? claim?.usd;
  const charged = usd ?? (limited ? maxUsdPerCall : undefined);
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = claim?.usage ?? {};
  const inputs = [input_tokens, cache_creation_input_tokens, cache_read_input_tokens].filter(
    (each) => each !== undefined,
  );
  const cost: Cost = {
    ...(charged === undefined ? {} : { usd: charged }),
    ...(inputs.length === 0 ? {} : { inputTokens: inputs.reduce((sum, each) => sum + each, 0) }),
    ...(output_tokens === undefined ? {} : { outputTokens: output_tokens }),
  };
  return { usd: charged ?? 0, cost: Object.keys(cost).length === 0 ? undefined : cost };
}

/** The gateway has charged its calls itself; on top of it comes what a call costs anyway. */
function metered({ gateway }: AgentRun, usdPerCall = 0): Charge {
  const models = gateway?.models ?? {};
  const uses = Object.values(models);
  const priced = uses.flatMap(({ usd }) => (usd === undefined ? [] : [usd]));
  const cost: Cost = {
    ...(priced.length === 0 && usdPerCall === 0 ? {} : { usd: priced.reduce((sum, usd) => sum + usd, usdPerCall) }),
    inputTokens: uses.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    outputTokens: uses.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    models,
  };
  return { usd: usdPerCall, cost };
}

function readClaim(options: CommandOptions, run: AgentRun): z.output<typeof claimSchema> | undefined {
  if (options.cost === undefined) return undefined;
  if (options.cost === "stdout") {
    for (const line of run.stdout.split("\n").toReversed()) {
      const claim = parseClaim(line);
      if (claim !== undefined) return claim;
    }
    return undefined;
  }
  const taken = run.files.get(options.cost.file);
  return taken !== undefined && "text" in taken ? parseClaim(taken.text) : undefined;
}

function parseClaim(text: string): z.output<typeof claimSchema> | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{")) return undefined;
  try {
    const parsed = claimSchema.safeParse(JSON.parse(trimmed));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
