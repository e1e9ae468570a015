/**
 * What the sandboxes share that run candidates in warm child processes which the kernel caps and the engine kills.
 * For Pawl's own sandboxes: its interface may change with any version.
 */
export { Child } from "./child.ts";
export { ChildExecutor, type SandboxSpec, UNCAPPED } from "./executor.ts";
export { childDescriptors } from "./descriptors.ts";
export { childFlags, probeConfinement, readable, type Confinement } from "./launch.ts";
export { attest, refuseLimit, refuseUnenforceable } from "./limits.ts";
export { findCgroup } from "./memory-cap/cgroup-paths.ts";
export { type CapSlot, MECHANISMS, type Mechanism, type MemoryCap } from "./memory-cap/memory-cap.ts";
export { probeMemoryCap } from "./memory-cap/probe.ts";
export { warmOptions, type WarmOptions } from "./options.ts";
export { processMemory } from "./proc.ts";
export { type ChildWork } from "./run-job.ts";
export { allowance } from "./allowance.ts";
export { findTool } from "./tools.ts";
