/** Signals that mean "please stop": Ctrl-C, a polite kill, a terminal that was closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What each further signal does. */
export interface Stopping {
  /** The first: start nothing new. */
  drain(): void;
  /** The second: stop what is in flight. */
  abort(): void;
}

/** Two signals this close are one key press that reached us on two ways: from the terminal and from a parent. */
const ECHO_MS = 150;

/**
 * Listens until the returned function is called. A third signal ends the process at once; the ledger has everything
 * that was accepted.
 */
export function onStop({ drain, abort }: Stopping): () => void {
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  const listener = (): void => {
    const now = performance.now();
    if (now - last < ECHO_MS) return;
    last = now;
    count += 1;
    if (count === 1) drain();
    else if (count === 2) abort();
    else process.exit(130);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}
