import { execFile } from "node:child_process";

/** How long one question may take. Without the persistence daemon the driver is loaded for each: seconds on large machines. */
const ANSWER_MS = 30_000;

export type Answer = { readonly ok: true; readonly stdout: string } | { readonly ok: false; readonly why: string };

/** Asks nvidia-smi one question. Throws nothing. */
export function ask(nvidiaSmi: string, args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(
      nvidiaSmi,
      args,
      { timeout: ANSWER_MS, killSignal: "SIGKILL", maxBuffer: 1 << 20 },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ ok: true, stdout });
        if (error.code === "ENOENT") return resolve({ ok: false, why: `there is no program ${nvidiaSmi}` });
        if (error.killed === true) return resolve({ ok: false, why: `${nvidiaSmi} did not answer in time` });
        // Its complaints about a missing driver go to stdout.
        const said = firstLine(stdout) ?? firstLine(stderr) ?? error.message;
        resolve({ ok: false, why: `${nvidiaSmi} failed (exit ${String(error.code ?? "unknown")}): ${said}` });
      },
    );
  });
}

export function firstLine(text: string): string | undefined {
  const line = text.split("\n").find((candidate) => candidate.trim() !== "");
  return line?.trim().slice(0, 200);
}
