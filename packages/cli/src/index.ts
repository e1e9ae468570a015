export { CONFIG_FILES, loadConfig, type LoadedConfig } from "./config/load-config.ts";
export { main } from "./main.ts";
export { createView, applyToView, type NewChampion, type View } from "./window/view.ts";
export { renderWindow, type FrameOptions } from "./window/render.ts";
export { redTeam, type RedTeamOptions } from "./redteam/red-team.ts";
export { STOPPERS, type Result as RedTeamResult, type Stopper } from "./redteam/result.ts";
export { summariseResults as summariseRedTeam, type RedTeamSummary } from "./redteam/summary.ts";
