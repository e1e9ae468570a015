export { startModelServer, type ModelServer, type ModelServerOptions } from "./server.ts";
export type {
  Script,
  ScriptedAnswer,
  ScriptedBody,
  ScriptedFault,
  ScriptedMessage,
  ScriptedRequest,
} from "./script.ts";
