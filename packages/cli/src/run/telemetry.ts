import { join } from "node:path";
import { type Engine, openGit, openSqliteLedger, pawlFolder } from "@pawl/core";

/** Telemetry of one command. */
export interface Telemetry {
  close(): Promise<void>;
}

/**
 * Sends traces where the environment names a collector. Nothing of OpenTelemetry is loaded otherwise, and nothing that
 * goes wrong with it fails a run.
 */
export async function openTelemetry(engine: Engine, root: string, note: (line: string) => void): Promise<Telemetry> {
  const wanted = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
  if (wanted.every((name) => (process.env[name] ?? "") === "")) return { close: async () => {} };
  try {
    const { contentWanted, exporterWanted, observe, startExporting } = await import("@pawl/telemetry");
    if (!exporterWanted(process.env)) return { close: async () => {} };
    const exporting = startExporting(process.env);
    const observation = observe(engine, {
      provider: exporting.provider,
      openLedger: async () =>
        openSqliteLedger(join(pawlFolder(await openGit(root)), "ledger.sqlite"), { readOnly: true }),
      content: contentWanted(process.env),
    });
    return {
      async close() {
        await observation.close();
        await exporting.close();
      },
    };
  } catch (error) {
    note(`no traces are sent: ${(error as Error).message}`);
    return { close: async () => {} };
  }
}
