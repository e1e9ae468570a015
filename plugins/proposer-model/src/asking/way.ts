import { resolve } from "node:path";
import {
  type Mode,
  type Recording,
  type Transport,
  createTransport,
  modeOf,
  openRecording,
  readKey,
} from "@pawl/model";
import type { PluginContext, Purse, Redactor } from "@pawl/plugin";
import type { LanguageModelOptions } from "../options.ts";
import { PaidLine } from "./paid.ts";

/** The way to the model, opened when it is first needed: without a key a config can still be read, and a ledger shown. */
export class Way {
  readonly options: LanguageModelOptions;
  readonly #context: PluginContext;
  readonly #redactor: Redactor;
  #transport: Transport | undefined;
  #recording: Recording | undefined;

  constructor(options: LanguageModelOptions, context: PluginContext, redactor: Redactor) {
    this.options = options;
    this.#context = context;
    this.#redactor = redactor;
  }

  /** @throws PawlError `PAWL_CONFIG_INVALID` where the environment asks for a recording that is not configured */
  get mode(): Mode {
    return modeOf(this.options.recording, process.env);
  }

  /** Absolute path of the recording. */
  get file(): string | undefined {
    const { recording } = this.options;
    return recording === undefined ? undefined : resolve(this.#context.root, recording.file);
  }

  /** @throws PawlError `PAWL_MODEL_KEY_MISSING` */
  get key(): string | undefined {
    return this.mode === "replay" ? undefined : readKey(this.options.model, process.env);
  }

  /**
   * A line for one purpose, such as an experiment; it names the exchanges in a recording.
   * @throws PawlError `PAWL_MODEL_KEY_MISSING`, `PAWL_DATA_INVALID`, `PAWL_CONFIG_INVALID`
   */
  open(purpose: string, purse: Purse): PaidLine {
    const endpoint = this.options.model;
    return new PaidLine(this.#open(), purpose, { endpoint, purse, redactor: this.#redactor });
  }

  close(): void {
    this.#recording?.close();
    this.#recording = undefined;
    this.#transport = undefined;
  }

  #open(): Transport {
    if (this.#transport !== undefined) return this.#transport;
    const { mode, file } = this;
    const { model: endpoint, patience } = this.options;
    if (mode !== "live" && file !== undefined) this.#recording ??= openRecording(file);
    this.#transport = createTransport({
      endpoint,
      mode,
      recording: this.#recording,
      patience,
      env: process.env,
      notify: this.#context.notify,
    });
    return this.#transport;
  }
}
