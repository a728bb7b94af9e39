/**
 * Key text in memory. It redacts itself wherever text is made of it by accident: templates, JSON,
 * loggers. `reveal()` is the one way out, easy to search for.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }
}
