import type { Notice, PluginKind } from "@pawl/plugin";
import type { Recorder } from "./recorder.ts";

/** A notice, and whose it is. */
export interface PluginNotice extends Notice {
  readonly plugin: { readonly kind: PluginKind; readonly name: string };
}

/** Writes down the notices that are worth keeping, for as long as a run is open. */
export class NoticeLog {
  readonly #onError: (error: unknown) => void;
  #recorder: Recorder | undefined;
  #written: Promise<unknown> = Promise.resolve();

  /** @param onError hears that one could not be written */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** From now on there is a run to write to. */
  open(recorder: Recorder): void {
    this.#recorder = recorder;
  }

  take({ kind, message, plugin }: PluginNotice): void {
    const recorder = this.#recorder;
    if (recorder === undefined || kind === "progress") return;
    const data = { plugin: plugin.name, kind, message };
    this.#written = this.#written.then(() => recorder.record([{ type: "run.noticed", data }])).catch(this.#onError);
  }

  /** Takes no more, and returns once all are written. */
  async close(): Promise<void> {
    this.#recorder = undefined;
    await this.#written;
  }
}
