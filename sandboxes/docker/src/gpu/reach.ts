import { refusal } from "./select.ts";
import type { DeviceRequest, GpuBroker } from "./types.ts";

/**
 * Gives the devices of one experiment to a container that does nothing: whether a daemon can pass GPUs on shows only when
 * it has to.
 * @param launch starts such a container
 * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE` with the daemon's own words
 */
export async function assertReach(
  broker: GpuBroker,
  launch: (request: DeviceRequest) => Promise<{ remove(): Promise<void> }>,
  signal: AbortSignal,
): Promise<void> {
  const lease = await broker.lease(signal);
  try {
    const container = await launch(lease.request);
    await container.remove();
  } catch (error) {
    signal.throwIfAborted();
    throw refusal(
      "this Docker cannot give GPUs to containers",
      [(error as Error).message],
      "Install the NVIDIA Container Toolkit and restart the daemon, or drop limits.gpu.",
    );
  } finally {
    lease.release();
  }
}
