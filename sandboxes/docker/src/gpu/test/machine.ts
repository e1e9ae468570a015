import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The GPUs of an imagined machine, as its scripted nvidia-smi reports them. */
export interface Machine {
  gpus: {
    uuid: string;
    name: string;
    /** What stands in the column of memory in use: a number of mebibytes, or `[N/A]`. */
    used: number | string;
    /** The long-lived query no longer lists it. */
    gone?: boolean;
    mig?: { name: string; uuid: string }[];
  }[];
  apps?: { gpu: string; pid: number }[];
  /** Every question fails with this complaint. */
  failure?: string;
  /** The long-lived query prints nothing any more. */
  hang?: boolean;
  /** The long-lived query ends with this exit code. */
  exit?: number;
  /** Printed before the readings, as it is. */
  say?: string;
}

/** A machine with so many GPUs, and the program that reports it. */
export class ScriptedMachine {
  readonly folder = mkdtempSync(join(tmpdir(), "pawl-gpu-"));
  readonly nvidiaSmi = join(this.folder, "nvidia-smi");
  readonly state: Machine;

  constructor(count: number) {
    const tag = Math.random().toString(16).slice(2, 10).padEnd(8, "0");
    this.state = {
      gpus: Array.from({ length: count }, (_, index) => ({
        uuid: `GPU-${tag}-0000-4000-8000-${String(index).padStart(12, "0")}`,
        name: "NVIDIA A100-SXM4-80GB",
        used: 4,
      })),
    };
    this.write();
    const script = fileURLToPath(new URL("scripted-nvidia-smi.ts", import.meta.url));
    writeFileSync(
      this.nvidiaSmi,
      `#!/bin/sh\nexec "${process.execPath}" "${script}" "${this.folder}/machine.json" "$@"\n`,
    );
    chmodSync(this.nvidiaSmi, 0o755);
  }

  uuid(index: number): string {
    return this.state.gpus[index]?.uuid ?? "";
  }

  set(change: Partial<Machine>): void {
    Object.assign(this.state, change);
    this.write();
  }

  use(index: number, used: number | string): void {
    const gpu = this.state.gpus[index];
    if (gpu !== undefined) gpu.used = used;
    this.write();
  }

  /** Swapped in as a whole: the script reads it at any moment. */
  write(): void {
    const next = join(this.folder, "next.json");
    writeFileSync(next, JSON.stringify(this.state));
    renameSync(next, join(this.folder, "machine.json"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
