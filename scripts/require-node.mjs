// Plain JavaScript on purpose: this file must run, and speak, on a Node that is too old for the rest.
const [major] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(
    `PAWL_NODE_TOO_OLD: this is Node ${process.version}, and Pawl needs Node 24 or newer.\n` +
      `Normally the install brings Node 24 along for linux (x64, arm64), and macOS.\n` +
      `Run "npx -y pnpm@12.21.0 install" again without --no-optional, or install Node 24 and retry.`,
  );
  process.exit(2);
}
