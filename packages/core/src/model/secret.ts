/** Makes something of a key's text that does not tell it: a keyed hash. */
type Derive = (text: string) => string;

/**
 * Key text in memory. It redacts itself wherever text is made of it by accident: templates, JSON,
 * loggers. `reveal()` is the one way out, easy to search for.
 */
export class Secret {
  readonly #text: string;
  #derived: { readonly derive: Derive; readonly value: string } | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  /** What this function makes of the text, computed once however often it is asked for in a row. */
  derived(derive: Derive): string {
    if (this.#derived?.derive !== derive) this.#derived = { derive, value: derive(this.#text) };
    return this.#derived.value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }
}
