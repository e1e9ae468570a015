#!/usr/bin/env node
// Stands in for nvidia-smi where there is no GPU: it answers the questions that the broker asks, in the form in which
// the real program answers them, from a file that the test writes. It proves what the broker does with the answers,
// and nothing about a real driver.
import { readFileSync } from "node:fs";
import type { Machine } from "./machine.ts";

const [, , file = "", ...args] = process.argv;
const machine = (): Machine => JSON.parse(readFileSync(file, "utf8")) as Machine;

const state = machine();
if (state.failure !== undefined) {
  process.stdout.write(`${state.failure}\n`);
  process.exit(9);
}

if (args.includes("-L")) {
  for (const [index, gpu] of state.gpus.entries()) {
    process.stdout.write(`GPU ${index}: ${gpu.name} (UUID: ${gpu.uuid})\n`);
    for (const [place, mig] of (gpu.mig ?? []).entries()) {
      process.stdout.write(`  MIG ${mig.name.padEnd(12)} Device ${String(place).padStart(2)}: (UUID: ${mig.uuid})\n`);
    }
  }
} else if (args[0] === "--query-compute-apps=gpu_uuid,pid" && args[1] === "--format=csv,noheader") {
  for (const { gpu, pid } of state.apps ?? []) process.stdout.write(`${gpu}, ${pid}\n`);
} else if (
  args[0] === "--query-gpu=uuid,memory.used" &&
  args[1] === "--format=csv,noheader,nounits" &&
  args[2] === "-lms"
) {
  tick();
  setInterval(tick, Number(args[3]));
} else {
  process.stdout.write(`Invalid combination of input arguments: ${args.join(" ")}\n`);
  process.exit(1);
}

function tick(): void {
  const { gpus, hang, exit, say } = machine();
  if (exit !== undefined) {
    process.stderr.write("NVML: Driver/library version mismatch\n");
    process.exit(exit);
  }
  if (hang === true) return;
  if (say !== undefined) process.stdout.write(say);
  for (const { uuid, used, gone } of gpus) if (gone !== true) process.stdout.write(`${uuid}, ${used}\n`);
}
