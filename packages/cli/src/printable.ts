/** Control characters, line separators and marks that reorder text: a terminal would obey them. */
const unsafe = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** One line of text that a terminal shows and does not obey; what others wrote is data, also on a screen. */
export const printable = (text: string): string => text.replace(unsafe, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);

/** The shape of a key, whatever the operator's prefix. */
const keyText = /[A-Za-z0-9-]+_(?:live|test|root)_[0-9A-Za-z]{16,}/g;

/** Text for an error, without the key that somebody typed in the wrong place. */
export const withoutKeys = (text: string): string => text.replace(keyText, "[secret]");
