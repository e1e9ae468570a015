import { type Ledger, type LedgerEvent, type PawlEvent, verifyLedger } from "@pawl/core";
import { plural } from "../output/numbers.ts";
import type { Finding } from "./finding.ts";

/**
 * Checks every hash, every link and every blob of the ledger.
 * @throws PawlError `PAWL_LEDGER_CORRUPT`
 */
export async function checkLedger(ledger: Ledger): Promise<Finding> {
  const { events, blobs } = await verifyLedger(ledger, digestsOf);
  const runs = (await ledger.runs()).length;
  const detail = `${plural(events, "event")} of ${plural(runs, "run")} and ${plural(blobs, "blob")}, all intact`;
  return { name: "ledger", ok: true, detail };
}

export function digestsOf(row: LedgerEvent): string[] {
  const event = row as unknown as PawlEvent;
  if (event.type === "experiment.proposed") {
    const { files = {}, trace, exchanges } = event.data;
    return [...Object.values(files), ...[trace, exchanges].filter((digest) => digest !== undefined)];
  }
  if (event.type === "gateway.used" || event.type === "note.written") {
    return event.data.exchanges === undefined ? [] : [event.data.exchanges];
  }
  if (event.type === "train.examined") {
    const { inputs, answers, printed } = event.data;
    return [inputs, answers, printed].filter((digest) => digest !== undefined);
  }
  if (event.type !== "experiment.finished") return [];
  const { scoreBlob, measured } = event.data;
  return [scoreBlob, measured?.limits, measured?.printed].filter((digest) => digest !== undefined);
}
