import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The name of the environment variable that no program may read. */
const VARIABLE = "PAWL_ESCAPE_CANARY";

/** Things on the host that an escaped program could read, write, reach or change. */
export class Canaries {
  /** Stands in the canary file and in the environment, and nowhere else. */
  readonly token = `canary-${randomUUID()}`;
  readonly #folder: string;
  readonly #server: Server;
  readonly #before = fingerprint();
  #knocks = 0;

  private constructor(folder: string, server: Server) {
    this.#folder = folder;
    this.#server = server;
    server.on("connection", (socket) => {
      this.#knocks += 1;
      socket.destroy();
    });
  }

  static async place(): Promise<Canaries> {
    const folder = await mkdtemp(join(tmpdir(), "pawl-escape-"));
    const server = createServer().listen(0, "127.0.0.1").unref();
    await once(server, "listening");
    const canaries = new Canaries(folder, server);
    await writeFile(canaries.file, JSON.stringify(canaries.token));
    process.env[VARIABLE] = canaries.token;
    return canaries;
  }

  get file(): string {
    return join(this.#folder, "canary.json");
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Fails where the host is not as it was, and puts it back, so that the next program is not blamed. */
  async assertUntouched(): Promise<void> {
    const [knocks, files, content] = [
      this.#knocks,
      await readdir(this.#folder),
      await readFile(this.file, "utf8").catch(() => "gone"),
    ];
    this.#knocks = 0;
    for (const name of files) await rm(join(this.#folder, name), { recursive: true, force: true });
    await writeFile(this.file, JSON.stringify(this.token));
    assert.deepEqual(files, ["canary.json"], "a file was written on the host");
    assert.equal(content, JSON.stringify(this.token), "a file of the host was changed");
    assert.equal(process.env[VARIABLE], this.token, "the environment of the host was changed");
    assert.equal(knocks, 0, "the network of the host was reached");
    assert.deepEqual(fingerprint(), this.#before, "the objects of the host were changed");
  }

  async remove(): Promise<void> {
    delete process.env[VARIABLE];
    this.#server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The members of what a program would patch first. */
function fingerprint(): Record<string, unknown> {
  const names = (place: object): string[] => Reflect.ownKeys(place).map(String).toSorted();
  return {
    mark: (globalThis as Record<string, unknown>)["pawlMark"],
    object: names(Object.prototype),
    array: names(Array.prototype),
    function: names(Function.prototype),
    promise: names(Promise.prototype),
    json: names(JSON),
    cwd: process.cwd(),
  };
}
