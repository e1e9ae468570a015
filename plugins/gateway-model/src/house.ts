import { resolve } from "node:path";
import {
  type Endpoint,
  type Mode,
  type Recording,
  type Transport,
  createTransport,
  hasRecording,
  modeOf,
  openRecording,
  readKey,
} from "@pawl/model";
import { type PluginContext, PawlError, type Redactor, createRedactor } from "@pawl/plugin";
import { Memory } from "./memory.ts";
import { Money } from "./money.ts";
import type { GatewayOptions } from "./options.ts";

/** What all sessions of a gateway share. Nothing is opened before it is needed. */
export class House {
  readonly options: GatewayOptions;
  readonly mode: Mode;
  readonly names: readonly string[];
  readonly memory = new Memory();
  readonly money = new Money();
  /** Where the recording is; `undefined` where there is none. */
  readonly file: string | undefined;
  readonly #context: PluginContext;
  readonly #transports = new Map<Endpoint, Transport>();
  #recording: Recording | undefined;
  #redactor: Redactor | undefined;

  /** @throws PawlError `PAWL_CONFIG_INVALID` where the environment asks for a recording that there is none of */
  constructor(options: GatewayOptions, context: PluginContext) {
    this.options = options;
    this.#context = context;
    this.mode = modeOf(options.recording, process.env);
    this.names = options.models.map(({ model }) => model);
    this.file = options.recording === undefined ? undefined : resolve(context.root, options.recording.file);
  }

  get redactor(): Redactor {
    const keys = this.options.models.flatMap(({ keyEnv }) => (keyEnv === undefined ? [] : (process.env[keyEnv] ?? [])));
    this.#redactor ??= createRedactor(process.env, keys);
    return this.#redactor;
  }

  /** The model that a candidate asks for, if it is allowed. */
  find(name: string | undefined): Endpoint | undefined {
    const { models } = this.options;
    return name === undefined ? models[0] : models.find(({ model }) => model === name);
  }

  /** @throws PawlError `PAWL_MODEL_KEY_MISSING` */
  keyFor(endpoint: Endpoint): string | undefined {
    return this.mode === "replay" ? undefined : readKey(endpoint, process.env);
  }

  /**
   * Makes ready what every call needs.
   * @throws PawlError `PAWL_MODEL_KEY_MISSING`, `PAWL_MODEL_NOT_RECORDED`, `PAWL_DATA_INVALID`
   */
  open(): void {
    if (this.mode !== "live" && this.file !== undefined && this.#recording === undefined) {
      if (this.mode === "replay" && !hasRecording(this.file)) throw noRecording(this.file);
      this.#recording = openRecording(this.file);
    }
    for (const endpoint of this.options.models) this.transportTo(endpoint);
  }

  transportTo(endpoint: Endpoint): Transport {
    const known = this.#transports.get(endpoint);
    if (known !== undefined) return known;
    const transport = createTransport({
      endpoint,
      mode: this.mode,
      recording: this.#recording,
      patience: this.options.patience,
      env: process.env,
      notify: this.#context.notify,
    });
    this.#transports.set(endpoint, transport);
    return transport;
  }

  close(): void {
    this.#recording?.close();
    this.#recording = undefined;
  }
}

export function noRecording(file: string): PawlError {
  return new PawlError("PAWL_MODEL_NOT_RECORDED", "there is no recording to replay", {
    path: file,
    remedy: "Record it with PAWL_MODELS=record, or run live with PAWL_MODELS=live.",
  });
}
