import { type Check, PawlError } from "@pawl/plugin";
import { type Endpoint, baseUrl, readKey } from "./endpoint.ts";
import type { Mode } from "./recording/mode.ts";
import { hasRecording } from "./recording/recording.ts";

/** How long an endpoint may take to list its models, in milliseconds. */
const ANSWER_MS = 10_000;

/** What is looked at. */
export interface Asked {
  readonly endpoints: readonly Endpoint[];
  readonly mode: Mode;
  /** Absolute path of the recording, where there is one. */
  readonly file: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether models could be asked, for `pawl doctor`. Spends nothing: endpoints are only asked which models there are. */
export async function checkModels({ endpoints, mode, file, env }: Asked): Promise<readonly Check[]> {
  const prices = endpoints.map(checkPrice);
  if (mode === "replay") return [checkRecording(file), ...prices];
  const reached = await Promise.all(endpoints.map((endpoint) => checkEndpoint(endpoint, env)));
  return [...reached.flat(), ...prices];
}

function checkRecording(file: string | undefined): Check {
  const name = "recording of models";
  if (file !== undefined && hasRecording(file)) return { name, ok: true, detail: file };
  return { name, ok: false, detail: `${file} is missing`, remedy: "Record it with PAWL_MODELS=record, or run live." };
}

function checkPrice({ model, price }: Endpoint): Check {
  const detail =
    price === undefined
      ? "not known: a run with a USD budget refuses to ask it"
      : `${price.inputUsdPerMillion} USD in and ${price.outputUsdPerMillion} USD out, per million tokens`;
  return { name: `price of ${model}`, ok: true, detail };
}

async function checkEndpoint(endpoint: Endpoint, env: Asked["env"]): Promise<Check[]> {
  const keyName = `key for ${endpoint.model}`;
  let key: string | undefined;
  try {
    key = readKey(endpoint, env);
  } catch (error) {
    if (!(error instanceof PawlError)) throw error;
    const { message, remedy = "Set the key in the environment." } = error;
    return [{ name: keyName, ok: false, detail: message, remedy }];
  }
  const known: Check = { name: keyName, ok: true, detail: key === undefined ? "none needed" : "in the environment" };
  return [known, await checkAnswer(endpoint, key)];
}

async function checkAnswer(endpoint: Endpoint, key: string | undefined): Promise<Check> {
  const name = `endpoint of ${endpoint.model}`;
  const url = `${baseUrl(endpoint)}/models`;
  const bad = (detail: string, remedy: string): Check => ({ name, ok: false, detail, remedy });
  let response: Response;
  try {
    // Anthropic lists its models for its own headers only.
    const anthropic = { "x-api-key": key ?? "", "anthropic-version": "2023-06-01" };
    const headers = endpoint.provider === "anthropic" ? anthropic : key && { authorization: `Bearer ${key}` };
    const signal = AbortSignal.timeout(ANSWER_MS);
    response = await fetch(url, { redirect: "error", signal, ...(headers ? { headers } : {}) });
  } catch (error) {
    const { message, cause } = error as Error;
    return bad(
      `${url}: ${cause instanceof Error ? cause.message || message : message}`,
      "Start the server, or mend its url.",
    );
  }
  const body = (await response.json().catch(() => undefined)) as { data?: { id?: unknown }[] } | undefined;
  if (response.status === 401 || response.status === 403) {
    return bad(`${url}: the key is not accepted (${response.status})`, "Set another key in the environment.");
  }
  // Some servers do not list their models; that they answer is enough.
  if (response.status === 404) return { name, ok: true, detail: `${url}: answers, and lists no models` };
  if (!response.ok) return bad(`${url}: status ${response.status}`, "Look at the server's log, or mend its url.");
  const ids = Array.isArray(body?.data) ? body.data.flatMap(({ id }) => (typeof id === "string" ? [id] : [])) : [];
  if (ids.length > 0 && endpoint.provider !== "anthropic" && !ids.includes(endpoint.model)) {
    return bad(`${url}: does not list "${endpoint.model}"`, "Load the model there, or name one that it has.");
  }
  return { name, ok: true, detail: `${url}: answers` };
}
