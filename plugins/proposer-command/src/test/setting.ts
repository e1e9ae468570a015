import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ConfiguredPlugin,
  type ExperimentRecord,
  type Json,
  type Notice,
  type ProposeContext,
  type Proposal,
  type Proposer,
  type Purse,
  type Standstill,
  type TrainFailure,
} from "@pawl/plugin";
import { createRandom } from "@pawl/core";
import { afterAll } from "vitest";
import type { z } from "zod";
import { command } from "../index.ts";
import type { optionsSchema } from "../options.ts";

export const FILE = "rules.ts";
export const BEFORE = "export default (x: number): number => x * 0.5;\n";
export const AFTER = "export default (x: number): number => x * 0.75;\n";
export const never = new AbortController().signal;

/** A folder that is gone when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pawl-command-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type Options = Partial<z.input<typeof optionsSchema>>;

/** A purse with so much in it, which tells what was paid. */
export function purseOf(usd: number): Purse & { readonly paid: number[] } {
  let left = usd;
  const paid: number[] = [];
  return {
    limited: true,
    paid,
    get left() {
      return left;
    },
    reserve(most) {
      if (most > left) return null;
      left -= most;
      return {
        settle(real) {
          left += most - real;
          paid.push(real);
        },
      };
    },
  };
}

const FREE: Purse = { limited: false, left: Infinity, reserve: () => ({ settle: () => undefined }) };

export interface ContextOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly purse?: Purse;
  readonly failures?: readonly TrainFailure[];
  readonly records?: readonly ExperimentRecord[];
  readonly goal?: string;
}

export function contextOf({ files, purse, failures = [], records = [], goal }: ContextOptions = {}): ProposeContext {
  return {
    experiment: 7,
    goal,
    metric: { name: "profit", direction: "maximize", unit: "€" },
    guardrails: [{ name: "complaints", direction: "minimize" }],
    champion: { experiment: 3, files: files ?? { [FILE]: BEFORE }, score: 0.25 },
    history: { length: records.length, recent: (count) => records.slice(-count), kept: () => [] },
    train: { inputs: [], failures: async () => failures },
    budget: { experiments: 5, usd: 2 },
    purse: purse ?? FREE,
    notebook: { notes: () => [], search: () => [], similar: () => [] },
    random: createRandom("test"),
  };
}

/** Makes proposers whose agents are scripts. */
export class Agents {
  readonly folder = temporaryFolder();
  readonly notices: Notice[] = [];
  #made = 0;

  /** An agent in JavaScript: `fs` and `spawn` are there. */
  node(body: string, options: Options = {}): Promise<Proposer> {
    const file = join(this.folder, `agent-${(this.#made += 1)}.mjs`);
    writeFileSync(file, `import fs from "node:fs"; import { spawn } from "node:child_process";\n${body}\n`);
    return this.make({ command: [process.execPath, file], ...options });
  }

  sh(body: string, options: Options = {}): Promise<Proposer> {
    return this.make({ command: ["/bin/sh", "-c", body], ...options });
  }

  async make(options: z.input<typeof optionsSchema>): Promise<Proposer> {
    const configured = command({ retryMs: 0, graceMs: 200, ...options }) as ConfiguredPlugin<"proposer">;
    return configured.create(configured.schema.parse(configured.options) as never, {
      root: this.folder,
      notify: (notice) => this.notices.push(notice),
    });
  }
}

/** A proposal, and not a standstill. */
export async function proposalOf(proposer: Proposer, context = contextOf()): Promise<Proposal> {
  const answer = await proposer.propose(context, never);
  if (answer === null || "standstill" in answer) throw new Error(`no proposal: ${JSON.stringify(answer)}`);
  return answer;
}

export async function standstillOf(proposer: Proposer, context = contextOf()): Promise<Standstill> {
  const answer = await proposer.propose(context, never);
  if (answer === null || !("standstill" in answer)) throw new Error(`no standstill: ${JSON.stringify(answer)}`);
  return answer;
}

/** Why a proposal cannot be tried. */
export async function reasonOf(proposer: Proposer, context = contextOf()): Promise<string> {
  const { change } = await proposalOf(proposer, context);
  if (change.kind !== "unusable") throw new Error(`it can be tried: ${JSON.stringify(change)}`);
  return change.reason;
}

export interface AgentTrace {
  readonly agent: {
    readonly ended: Json;
    readonly stdout: string;
    readonly stderr: string;
    readonly ignored: readonly string[];
    readonly given: readonly string[];
  };
  readonly brief?: string;
  readonly failed?: readonly AgentTrace[];
}

export const traceOf = (proposal: Proposal): AgentTrace => proposal.trace as unknown as AgentTrace;

export const EDIT = `fs.writeFileSync("${FILE}", ${JSON.stringify(AFTER)});`;
