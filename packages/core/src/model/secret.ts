/** Makes something of a key's text that does not tell it: a keyed hash. */
type Derive = (text: string) => string;

/**
 * Key text in memory. It redacts itself wherever text is made of it by accident: templates, JSON,
 * loggers. `reveal()` is the one way out, easy to search for.
 */
export class Secret {
  readonly #text: string;
  #derive: Derive | undefined;
  #derived = "";

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  /** What this function makes of the text, computed once however often it is asked for in a row. */
  derived(derive: Derive): string {
    if (this.#derive !== derive) {
      this.#derived = derive(this.#text);
      this.#derive = derive;
    }
    return this.#derived;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }
}
