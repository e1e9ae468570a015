export { observe, type Observation, type ObserveOptions } from "./observe.ts";
export { contentWanted, exporterWanted, startExporting, type Exporting } from "./exporter.ts";
