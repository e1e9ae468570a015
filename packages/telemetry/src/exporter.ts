import type { TracerProvider as ApiProvider } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { ENGINE_VERSION } from "@pawl/core";

/** How long the end of a run waits for a collector, in milliseconds. */
const FLUSH_MS = 5_000;
/** Spans that wait for a collector; a longer queue is not worth its memory. */
const QUEUE = 16_384;

/** A provider that sends to a collector. */
export interface Exporting {
  readonly provider: ApiProvider;
  /** Sends what is left and ends. Never rejects, and never takes longer than five seconds. */
  close(): Promise<void>;
}

/** Whether the environment names a collector, as OpenTelemetry's own variables do it. */
export function exporterWanted(env: Readonly<Record<string, string | undefined>>): boolean {
  if (/^true$/i.test(env["OTEL_SDK_DISABLED"] ?? "") || env["OTEL_TRACES_EXPORTER"] === "none") return false;
  const endpoint = env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] || env["OTEL_EXPORTER_OTLP_ENDPOINT"];
  return endpoint !== undefined && endpoint !== "";
}

/** Whether the environment asks for what was said, too. */
export function contentWanted(env: Readonly<Record<string, string | undefined>>): boolean {
  return /^(?:true|1|span_only|span_and_event)$/i.test(env["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] ?? "");
}

/**
 * Makes a provider that sends spans as OTLP over HTTP to where `OTEL_EXPORTER_OTLP_ENDPOINT` (or the one for traces)
 * says. Headers, time-outs and compression come from OpenTelemetry's other variables; the global provider is left alone.
 */
export function startExporting(env: Readonly<Record<string, string | undefined>>): Exporting {
  const service = env["OTEL_SERVICE_NAME"];
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({
        "service.name": service === undefined || service === "" ? "pawl" : service,
        "service.version": ENGINE_VERSION,
      }),
    ),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), maxQueueSize: QUEUE })],
  });
  return {
    provider,
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((done) => {
        timer = setTimeout(done, FLUSH_MS);
      });
      // A collector that has gone, or that does not answer, is its own affair.
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      clearTimeout(timer);
    },
  };
}
