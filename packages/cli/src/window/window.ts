import { createLogUpdate } from "log-update";
import stringWidth from "string-width";
import type { Colors } from "../output/output.ts";
import { sanitise } from "../output/text.ts";
import { fitLine } from "./line.ts";
import { championLine, renderWindow } from "./render.ts";
import type { Reporter } from "./reporter.ts";
import type { View } from "./view.ts";

/** Ten frames a second at most. */
const FRAME_MS = 100;

/**
 * The live window, pinned at the bottom of a terminal; only new champions and what plugins tell scroll by above it. The cursor, which is
 * hidden meanwhile, comes back in {@link Reporter.close} and, through log-update's own exit hook, after a crash.
 */
export function openWindow(view: View, stream: NodeJS.WriteStream, colors: Colors): Reporter {
  const draw = createLogUpdate(stream);
  const size = () => ({ columns: Math.max(1, stream.columns || 80), rows: Math.max(1, stream.rows || 24) });
  let frame: string[] = [];
  const paint = (): void => {
    frame = renderWindow(view, { ...size(), now: Date.now(), colors });
    draw(frame.join("\n"));
  };
  const repaint = (): void => {
    stream.write(eraseWrapped(frame, size().columns));
    draw.done();
    paint();
  };
  // The clock goes on also where nothing happens; log-update writes nothing when a frame is the same as before.
  const timer = setInterval(paint, FRAME_MS);
  stream.on("resize", repaint);
  paint();
  let open = true;
  // Whether the line at the bottom goes with the next event.
  let passing = false;
  return {
    event({ type }, champion) {
      if (passing && type !== "run.noticed") {
        passing = false;
        view.notice = undefined;
      }
      if (!open || champion === undefined || view.state === undefined) return;
      draw.persist(championLine(view.state, champion, size().columns, colors));
      paint();
    },
    notice(text) {
      passing = false;
      view.notice = text;
      paint();
    },
    told({ kind, message }) {
      if (!open) return;
      const text = sanitise(message);
      if (kind !== "progress") draw.persist(fitLine([{ text, style: "yellow" }], size().columns, colors));
      passing = kind !== "waiting";
      view.notice = text;
      paint();
    },
    close() {
      if (!open) return;
      open = false;
      clearInterval(timer);
      stream.off("resize", repaint);
      draw.clear();
      draw.done();
    },
  };
}

/**
 * Erases a frame that the terminal has wrapped anew, because it has become narrower: log-update would go up by as
 * many rows as it wrote, and leave the others behind.
 */
function eraseWrapped(frame: readonly string[], columns: number): string {
  const rows = frame.reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / columns)), 0);
  return rows === 0 ? "" : `\u001b[${rows}A\r\u001b[J`;
}
