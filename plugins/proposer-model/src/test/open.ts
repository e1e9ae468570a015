import type { Notice, Proposal, Proposer, Standstill } from "@pawl/plugin";
import type { ModelServer, Script } from "@pawl/testkit/models";
import { startModelServer } from "@pawl/testkit/models";
import { afterEach } from "vitest";
import { languageModel } from "../index.ts";

type Options = Parameters<typeof languageModel>[0];

const servers: ModelServer[] = [];
const proposers: Proposer[] = [];
afterEach(async () => {
  for (const proposer of proposers.splice(0)) await proposer.close?.();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A scripted server until the end of the test. */
export async function serve(answer: Script): Promise<ModelServer> {
  const server = await startModelServer({ answer });
  servers.push(server);
  return server;
}

/** Waits that a test can wait for. */
export const QUICK = patient(60_000);

/** The same, for so many milliseconds in all. */
export function patient(patienceMs: number) {
  return { patience: { patienceMs, firstWaitMs: 1, longestWaitMs: 5 } };
}

/** A proposer that asks a server, until the end of the test. */
export async function openFor(
  { url }: { readonly url: string },
  { model, ...options }: Partial<Omit<Options, "model">> & { readonly model?: Partial<Options["model"]> } = {},
  { root = "/", notices = [] }: { root?: string; notices?: Notice[] } = {},
): Promise<Proposer> {
  const configured = languageModel({
    model: { provider: "openai-compatible", model: "scripted-model", url, ...model },
    ...QUICK,
    ...options,
  });
  const notify = (notice: Notice): void => void notices.push(notice);
  const parsed = configured.schema.parse(configured.options);
  const proposer = await configured.create(parsed as never, { root, notify });
  proposers.push(proposer);
  return proposer;
}

export const SIGNAL = new AbortController().signal;

/** The idea, or an error where there is none. */
export function ideaIn(answer: Proposal | Standstill | null): Proposal {
  if (answer !== null && !("standstill" in answer)) return answer;
  throw new Error(`it has no idea: ${JSON.stringify(answer)}`);
}
