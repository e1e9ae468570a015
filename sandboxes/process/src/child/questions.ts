/** What a model said. */
export interface ModelAnswer {
  readonly id: number;
  /** HTTP status. */
  readonly status: number;
  readonly text: string;
}

/** The questions of one job to models, on their way through the engine. */
export class Questions {
  readonly #send: (id: number, position: number, text: string) => void;
  readonly #answers: ModelAnswer[] = [];
  #open = 0;
  #wake: (() => void) | undefined;

  constructor(send: (id: number, position: number, text: string) => void) {
    this.#send = send;
  }

  /** Questions that were asked, and whose answers nobody has taken yet. */
  get open(): number {
    return this.#open;
  }

  /** @param position of the input that the candidate is at */
  ask(id: number, position: number, text: string): void {
    this.#open += 1;
    this.#send(id, position, text);
  }

  answer(id: number, status: number, text: string): void {
    this.#answers.push({ id, status, text });
    this.#wake?.();
  }

  /** The next answer, when it is there. */
  async next(): Promise<ModelAnswer> {
    while (this.#answers.length === 0) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    this.#open -= 1;
    return this.#answers.shift()!;
  }
}
