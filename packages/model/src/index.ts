export { baseUrl, endpointSchema, readKey, type Endpoint } from "./endpoint.ts";
export { describeModel, familyOf } from "./describe.ts";
export { mostThatItCosts, mostTokens, priceOf, type TokenUse } from "./price.ts";
export { UnavailableError } from "./unavailable.ts";
export { isEventStream, readEvents } from "./events.ts";
export { readUsage } from "./usage.ts";
export { modeOf, recordingSchema, type Mode, type RecordingOptions } from "./recording/mode.ts";
export { hasRecording, openRecording, type Recording } from "./recording/recording.ts";
export { canonical, type RequestIdentity } from "./recording/key.ts";
export { patienceSchema, type Patience } from "./transport/patiently.ts";
export {
  createTransport,
  type Answered,
  type Fetch,
  type Line,
  type Transport,
  type TransportOptions,
} from "./transport/transport.ts";
export { fitToKeep, toExchange, type ExchangeParts } from "./exchange.ts";
export { checkModels, type Asked } from "./check.ts";
