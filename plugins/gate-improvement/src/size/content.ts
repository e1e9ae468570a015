/** What a literal adds to its own node: one for every eight characters that it is written with. */
export const contentOf = (text: string): number => Math.floor(text.length / 8);

/** Names are free up to what a person would write; longer ones carry content. */
export const nameOf = (name: string): number => Math.floor(name.length / 48);
