export { CONFIG_FILES, loadConfig, type LoadedConfig } from "./config/load-config.ts";
export { main } from "./main.ts";
export { createView, applyToView, type NewChampion, type View } from "./window/view.ts";
export { renderWindow, type FrameOptions } from "./window/render.ts";
