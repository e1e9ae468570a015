import { createServer, type Server } from "node:net";

/** A device that no other engine on this machine takes until it is given back. */
export interface Claim {
  release(): Promise<void>;
}

/**
 * Claims a device for this process, or says that somebody has it. The claim is a name in the kernel's abstract socket
 * namespace: taken atomically, and gone with the process however it ends, so nothing is left behind.
 */
export function claim(uuid: string): Promise<Claim | null> {
  return new Promise((resolve, reject) => {
    const server: Server = createServer((socket) => socket.destroy());
    server.unref();
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(null) : reject(error),
    );
    server.listen(`\0pawl-gpu-${uuid}`, () =>
      resolve({ release: () => new Promise((done) => void server.close(() => done())) }),
    );
  });
}
