import { CandidateFault } from "@pawl/sandbox-process/child";
import { ModuleError } from "../module/bytes.ts";
import { clampModule, type ModuleCaps } from "../module/clamp.ts";

/** Compiled modules that are kept for later jobs: each only with the caps that it was compiled with. */
const KEPT = 16;

/** Modules by the digest of what they came as. A compiled module is shared by many jobs; an instance never is. */
export class Modules {
  readonly #bytes = new Map<string, Uint8Array>();
  readonly #compiled = new Map<string, WebAssembly.Module>();

  keep(digest: string, bytes: Uint8Array): void {
    this.#bytes.set(digest, bytes);
  }

  forget(digest: string): void {
    this.#bytes.delete(digest);
    for (const key of this.#compiled.keys()) if (key.startsWith(`${digest} `)) this.#compiled.delete(key);
  }

  /**
   * The module with its memory and tables capped.
   * @throws CandidateFault where it cannot be: `violation` where it must not, `crashed` where it is no module
   */
  compile(digest: string, caps: ModuleCaps): WebAssembly.Module {
    const key = `${digest} ${caps.pages} ${caps.tableEntries}`;
    let compiled = this.#compiled.get(key);
    this.#compiled.delete(key);
    compiled ??= compile(this.#bytes.get(digest)!, caps);
    this.#compiled.set(key, compiled);
    const [oldest] = this.#compiled.keys();
    if (this.#compiled.size > KEPT) this.#compiled.delete(oldest!);
    return compiled;
  }
}

const OUTCOMES = { malformed: "crashed", refused: "violation", "too-large": "out-of-memory" } as const;

function compile(bytes: Uint8Array, caps: ModuleCaps): WebAssembly.Module {
  try {
    return new WebAssembly.Module(clampModule(bytes, caps));
  } catch (error) {
    if (error instanceof ModuleError) throw new CandidateFault(OUTCOMES[error.kind], error.message);
    if (error instanceof WebAssembly.CompileError) {
      throw new CandidateFault("crashed", `the module cannot be compiled: ${error.message}`);
    }
    throw error;
  }
}

/** Pages of 64 KiB in so many mebibytes. */
export const pagesOf = (memoryMb: number): number => Math.min(memoryMb * 16, 65_536);
