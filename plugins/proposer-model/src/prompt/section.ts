/** A part of what the model is told. */
export interface Section {
  readonly title: string;
  /** What follows, in words of our own. */
  readonly intro: string;
  /** Texts of hostile origin, the most useful first: as many as there is room for are shown. */
  readonly items: readonly string[];
  /** Its share of the room, against those of the others. */
  readonly weight: number;
  /** What is said where there are no items; without it the section is left out. */
  readonly none?: string;
}
