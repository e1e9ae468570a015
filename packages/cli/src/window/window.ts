import { createLogUpdate } from "log-update";
import type { Colors } from "../output/output.ts";
import { championLine, renderWindow } from "./render.ts";
import type { Reporter } from "./reporter.ts";
import type { View } from "./view.ts";

/** Ten frames a second at most. */
const FRAME_MS = 100;

/**
 * The live window, pinned at the bottom of a terminal; only new champions scroll by above it. The cursor, which is
 * hidden meanwhile, comes back in {@link Reporter.close} and, through log-update's own exit hook, after a crash.
 */
export function openWindow(view: View, stream: NodeJS.WriteStream, colors: Colors): Reporter {
  const draw = createLogUpdate(stream);
  const size = () => ({ columns: Math.max(1, stream.columns || 80), rows: Math.max(1, stream.rows || 24) });
  const paint = (): void => draw(renderWindow(view, { ...size(), now: Date.now(), colors }).join("\n"));
  // The clock goes on also where nothing happens; log-update writes nothing when a frame is the same as before.
  const timer = setInterval(paint, FRAME_MS);
  stream.on("resize", paint);
  paint();
  let open = true;
  return {
    event(_event, champion) {
      if (!open || champion === undefined || view.state === undefined) return;
      draw.persist(championLine(view.state, champion, size().columns, colors));
      paint();
    },
    notice(text) {
      view.notice = text;
      paint();
    },
    close() {
      if (!open) return;
      open = false;
      clearInterval(timer);
      stream.off("resize", paint);
      draw.clear();
      draw.done();
    },
  };
}
