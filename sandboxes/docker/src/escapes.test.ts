import { testEscapes } from "@pawl/testkit";
import { docker } from "./index.ts";
import { describeDocker, nothingLeft } from "./test/daemon.ts";

nothingLeft("testkit-escapes");
describeDocker("ways out of a function in Docker", () => {
  testEscapes(docker({ warm: 2 }), { boundary: "machine", graceMs: 5_000, guardMs: 120_000 });
});
