import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The version of this engine, as the ledger and the lock record it. */
export const ENGINE_VERSION: string = (require("../package.json") as { version: string }).version;
