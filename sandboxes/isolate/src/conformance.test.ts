import { testEscapes, testExecutor } from "@pawl/testkit";
import { isolate } from "./index.ts";

testExecutor(isolate(), {
  entries: ["javascript", "typescript"],
  badOptions: [{ memoryCap: "hope" }, { spares: -1 }, { spares: 1.5 }],
});

testEscapes(isolate());
