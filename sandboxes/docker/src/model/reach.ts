import { setTimeout as delay } from "node:timers/promises";
import { type GatewaySession, type Limits, PawlError } from "@pawl/plugin";
import type { Container } from "../container/container.ts";
import { MODEL_SOCKET } from "../container/spec.ts";
import type { Prepared } from "../prepared.ts";
import { ModelServer } from "./server.ts";

/** How long a container may take to look for the socket, in milliseconds: a hang guard. */
const LOOK_MS = 60_000;

/** A gateway that nobody asks: it is there to be seen. */
const NOBODY: GatewaySession = {
  exchange: () => Promise.reject(new Error("nobody is expected to ask")),
  close: async () => ({ exchanges: [], models: {}, refused: 0 }),
};

/**
 * Looks whether a socket of this process appears in a container: a daemon may be reached by a Unix socket, and run on
 * another file system all the same.
 * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE`
 */
export async function assertSocket(prepared: Prepared, limits: Limits): Promise<void> {
  const refuse = (why: string, cause?: unknown): never => {
    throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `there is no way to the model gateway: ${why}`, {
      path: "limits.network",
      remedy: "Use a daemon that runs on the same file system as Pawl.",
      cause,
    });
  };
  const argv = ["/bin/sh", "-c", `read -r go; test -S ${MODEL_SOCKET}; echo $?; read -r end`];
  const plan = { ...prepared.spec("exec", limits, 0, "probe"), argv };
  const container = await prepared.launch(plan).catch((error: unknown) => refuse((error as Error).message, error));
  try {
    const folder = container.modelFolder!;
    await using _server = await ModelServer.open({ folder, gateway: NOBODY, bytes: limits.outputBytes });
    container.write("go\n");
    const said = await Promise.race([firstLine(container), delay(LOOK_MS, "nothing", { ref: false })]);
    if (said !== "0") refuse(`a container does not see its socket (${said})`);
  } finally {
    prepared.drop(container);
  }
}

function firstLine(container: Container): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    container.listen({
      onData: (stream, chunk) => {
        if (stream === "stdout") text += chunk.toString("utf8");
        if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
      },
      onEnd: (end) => resolve(end instanceof Error ? end.message : `it ended with ${end.code}`),
    });
  });
}

/** @throws PawlError `PAWL_INTERNAL` where a job may ask models and nobody could answer */
export function assertWay({ asksModels }: Prepared, { network }: Limits, gateway: GatewaySession | undefined): void {
  if (network !== "gateway" || (gateway !== undefined && asksModels)) return;
  throw new PawlError("PAWL_INTERNAL", "a job may ask models, and came without a way to them");
}
