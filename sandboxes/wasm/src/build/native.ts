import { existsSync } from "node:fs";
import { type Check, type ExecutorTask, type Files, PawlError } from "@pawl/plugin";
import { findTool, type MemoryCap, probeMemoryCap, type WarmOptions } from "@pawl/sandbox-process";
import PQueue from "p-queue";
import type { Build } from "../options.ts";
import { MODULE_BYTES } from "../plan.ts";
import type { Builder, Built } from "./builder.ts";
import { jailLauncher, runInJail } from "./jail.ts";

const MIB = 1_048_576;
/** Characters of the compiler's messages that go into the reason. */
const TOLD = 900;

type Native = Extract<Build, { language: "c" | "rust" }>;

/** Compiles C or Rust with the compilers of the system, in a jail without files, network or rights. */
export class NativeBuilder implements Builder {
  readonly #options: Native;
  readonly #warm: WarmOptions;
  // One after the other: a compiler takes a core and much memory.
  readonly #queue = new PQueue({ concurrency: 1 });
  #prepared:
    | { readonly launcher: readonly string[]; readonly cap: MemoryCap; readonly command: readonly string[] }
    | undefined;

  constructor(options: Native, warm: WarmOptions) {
    this.#options = options;
    this.#warm = warm;
  }

  async doctor(): Promise<readonly Check[]> {
    const launcher = jailLauncher();
    const command = compilerOf(this.#options.language);
    const name = `wasm build: ${this.#options.language}`;
    return [
      typeof command === "string"
        ? { name, ok: false, detail: command, remedy: REMEDIES[this.#options.language] }
        : { name, ok: true, detail: command.join(" ") },
      typeof launcher === "string"
        ? { name: "wasm build: jail", ok: false, detail: launcher, remedy: "Install util-linux and coreutils." }
        : { name: "wasm build: jail", ok: true, detail: "mount, process and network namespaces" },
    ];
  }

  async prepare(_task: ExecutorTask, signal: AbortSignal): Promise<void> {
    const { language } = this.#options;
    const command = compilerOf(language);
    if (typeof command === "string") {
      throw new PawlError("PAWL_SANDBOX_FAILED", `the build needs a compiler: ${command}`, {
        path: "executor.options.build",
        remedy: REMEDIES[language],
      });
    }
    const launcher = jailLauncher();
    const probed = await probeMemoryCap(this.#warm.memoryCap, async () => 0);
    if (typeof launcher === "string") throw unconfined(launcher);
    if ("why" in probed) throw unconfined(probed.why.join("; "));
    this.#prepared = { launcher, cap: probed.cap, command };
    // Whether there can be a jail shows here and not in the middle of a night.
    const tried = await this.#run({}, ["/bin/sh", "-c", ": > /tmp/module.wasm"], signal);
    if (tried.code !== 0) {
      this.#prepared = undefined;
      throw unconfined(tried.stderr.trim() || (tried.ended?.reason ?? `exit code ${tried.code}`));
    }
  }

  async build(files: Files, signal: AbortSignal): Promise<Built> {
    const { source, args } = this.#options;
    const command = [...this.#prepared!.command, "-o", "/tmp/module.wasm", source, ...args];
    const end = await this.#queue.add(() => this.#run(files, command, signal), { signal });
    signal.throwIfAborted();
    if (end.code === 0 && end.ended === undefined) return { ok: true, bytes: end.stdout };
    const said = end.stderr.trim();
    const refusal = said === "" ? `the compiler ended without a word (exit code ${end.code})` : said;
    const { outcome, reason } = end.ended ?? { outcome: "crashed", reason: refusal };
    return { ok: false, outcome, reason: reason.slice(0, TOLD), usage: { wallMs: end.wallMs }, stderr: end.stderr };
  }

  async close(): Promise<void> {
    this.#queue.clear();
    await this.#queue.onIdle();
  }

  async #run(files: Files, command: readonly string[], signal: AbortSignal): ReturnType<typeof runInJail> {
    if (this.#prepared === undefined) throw new PawlError("PAWL_INTERNAL", "build was called before prepare");
    const { launcher, cap } = this.#prepared;
    const memoryBytes = this.#options.memoryMb * MIB;
    const slot = await cap.open(memoryBytes);
    const { wallMs } = this.#options;
    return runInJail(launcher, { files, command, slot, memoryBytes, wallMs, outputBytes: MODULE_BYTES, signal });
  }
}

const REMEDIES = {
  c: "On Debian: apt install clang lld wasi-libc libclang-rt-dev-wasm32.",
  rust: "On Debian: apt install rustc libstd-rust-dev-wasm32 lld.",
} as const;

/** Names that Rust has given to the target over time. */
const RUST_TARGETS = ["wasm32-wasip1", "wasm32-wasi"];

/** The compiler of the system with the arguments that choose its target, or what is missing. */
export function compilerOf(language: "c" | "rust"): readonly string[] | string {
  const tool = findTool(language === "c" ? "clang" : "rustc");
  if (tool === undefined) return language === "c" ? "clang is not installed" : "rustc is not installed";
  if (findTool("wasm-ld") === undefined) return "wasm-ld (lld) is not installed";
  if (language === "c") {
    if (!existsSync("/usr/include/wasm32-wasi/stdio.h")) return "wasi-libc is not installed";
    return [tool, "--target=wasm32-wasi", "-O2"];
  }
  const target = RUST_TARGETS.find((each) => existsSync(`/usr/lib/rustlib/${each}/lib`));
  return target === undefined ? "rustc has no standard library for WASI" : [tool, "--target", target, "-O"];
}

function unconfined(why: string): PawlError {
  return new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `a compiler cannot be confined here: ${why}`, {
    path: "executor.options.build",
    remedy: "Run as root or allow user namespaces, or build with AssemblyScript.",
  });
}
