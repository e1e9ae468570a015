#!/usr/bin/env node
// Plain JavaScript on purpose: this file must run, and speak, on a Node that is too old for the rest.
const [major] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(
    `PAWL_NODE_TOO_OLD: this is Node ${process.version}, and Pawl needs Node 24 or newer.\n` +
      `  Install Node 24 (for example with "npx -y node@24 …", nvm, fnm or your package manager) and run the command again.`,
  );
  process.exit(2);
}

// node:sqlite and type stripping announce themselves as experimental; a user can do nothing about that.
const emitWarning = process.emitWarning;
process.emitWarning = (warning, ...rest) => {
  const [first] = rest;
  const type = typeof first === "object" && first !== null ? first.type : first;
  if (type === "ExperimentalWarning" || warning?.code === "MODULE_TYPELESS_PACKAGE_JSON") return;
  if (String(warning).includes("MODULE_TYPELESS_PACKAGE_JSON") || rest.includes("MODULE_TYPELESS_PACKAGE_JSON")) return;
  emitWarning.call(process, warning, ...rest);
};

const { start } = await import("../dist/main.js");
await start(process.argv.slice(2));
