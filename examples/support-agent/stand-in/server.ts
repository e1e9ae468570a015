import { type ModelServer, type ScriptedBody, startModelServer } from "@pawl/testkit/models";
import { answerMeta } from "./meta-model.ts";
import { answerTask, type TaskRequest } from "./task-model.ts";

/** The names of the two stand-ins: each says that it is scripted. */
export const TASK_MODEL = "scripted-agent";
export const META_MODEL = "scripted-engineer";

/** How the stand-ins are served. */
export interface StandInOptions {
  /** Of their slips and mistakes. Default 1. */
  readonly seed?: number;
  /** Default: a free one. */
  readonly port?: number;
  /** Milliseconds before each answer. Default 0. */
  readonly latencyMs?: number;
}

/** Serves both stand-ins on the loopback interface, in the format of OpenAI's chat completions. */
export function startStandIns({ seed = 1, ...rest }: StandInOptions = {}): Promise<ModelServer> {
  return startModelServer({
    ...rest,
    models: [TASK_MODEL, META_MODEL],
    answer: ({ body }: { readonly body: ScriptedBody }) =>
      body.model === META_MODEL ? answerMeta(body, seed) : answerTask(body as unknown as TaskRequest, seed),
  });
}
