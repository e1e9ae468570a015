import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Execution, Executor, Job } from "@pawl/plugin";

const SCRIPT = fileURLToPath(new URL("naive-child.mjs", import.meta.url));

/** What one job gave, as the child says it. */
interface Answer {
  readonly outputs?: (Execution & { outcome: "ok" })["outputs"];
  readonly reason?: string;
  readonly stdout?: string;
}

/**
 * An executor that trusts its candidates: a Node process for each job, or one for all of them, that is killed when time
 * is up (`slackMs` late), that keeps the next job waiting after a failure (`restMs`), and limits that are attested though nobody enforces them.
 */
export class NaiveExecutor implements Executor {
  readonly #mode: "plain" | "vm";
  readonly #slackMs: number;
  readonly #restMs: number;
  readonly #fresh: boolean;
  #child: ChildProcess | undefined;
  #rested: Promise<void> = Promise.resolve();

  constructor(mode: "plain" | "vm", { slackMs = 0, restMs = 0, fresh = true } = {}) {
    this.#mode = mode;
    this.#slackMs = slackMs;
    this.#restMs = restMs;
    this.#fresh = fresh;
  }

  async execute(job: Job): Promise<Execution> {
    const { limits } = job;
    await this.#rested;
    const started = performance.now();
    const [code = ""] = Object.values(job.files);
    const child = (this.#child ??= this.#start());
    const lines = createInterface({ input: child.stdout! });
    const answer = new Promise<Answer>((resolve) => {
      lines.once("line", (line) => resolve(JSON.parse(line) as Answer));
      child.once("exit", () => resolve({ reason: "it ended" }));
      setTimeout(() => resolve({ reason: "time is up" }), limits.wallMs + this.#slackMs).unref();
    });
    child.stdin!.write(`${JSON.stringify({ code, inputs: job.inputs.items })}\n`);
    const { outputs, reason, stdout = "" } = await answer;
    lines.close();
    if (this.#fresh || reason === "time is up" || reason === "it ended") await this.close();
    if (outputs === undefined) this.#rested = sleep(this.#restMs);
    const base = {
      usage: { wallMs: performance.now() - started },
      limits: Object.entries(limits).map(([limit, value]) => ({
        limit: limit as keyof typeof limits,
        value: value as number,
        by: "hope",
      })),
      stdout: stdout.slice(0, 65_536),
      stderr: "",
    };
    if (outputs !== undefined) return { ...base, outcome: "ok", outputs };
    return {
      ...base,
      outcome: reason === "time is up" ? "timeout" : "crashed",
      reason: reason?.slice(0, 500) || "it broke",
    };
  }

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  #start(): ChildProcess {
    const flags = ["--no-warnings", "--experimental-vm-modules", "--max-old-space-size=512"];
    return spawn(process.execPath, [...flags, SCRIPT, this.#mode], { stdio: ["pipe", "pipe", "ignore"] });
  }
}
