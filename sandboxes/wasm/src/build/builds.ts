import { createHash } from "node:crypto";
import type { Files } from "@pawl/plugin";
import type { Builder, Built } from "./builder.ts";

/** Builds that are remembered. */
const KEPT = 64;

/** Builds by the content of the files: the same candidate again, as in a replay, is not built again. */
export class Builds {
  readonly #builder: Builder;
  readonly #done = new Map<string, Built>();

  constructor(builder: Builder) {
    this.#builder = builder;
  }

  async of(files: Files, signal: AbortSignal): Promise<Built> {
    const sorted = Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const key = createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
    const known = this.#done.get(key);
    const built = known ?? (await this.#builder.build(files, signal));
    // A build that ran out of time or memory may have been unlucky.
    if (!built.ok && built.outcome !== "crashed") return built;
    this.#done.delete(key);
    this.#done.set(key, built);
    const [oldest] = this.#done.keys();
    if (this.#done.size > KEPT) this.#done.delete(oldest!);
    return built;
  }
}
