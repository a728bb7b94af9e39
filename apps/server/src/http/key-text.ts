/** What any key looks like, whatever prefix an installation has chosen (`{prefix}_{environment}_{base62}`), and the token of an embed session. */
const keyShape = /([a-z][a-z0-9]{0,15}_(?:live|test|root)_|kwembed\.)[0-9A-Za-z]{20,}/;
const keyShapes = new RegExp(keyShape, "g");

export const carriesKey = (text: string): boolean => keyShape.test(text);

/** `a_live_` and twenty characters. Most texts are shorter: names of endpoints, for one, which come with every verification. */
const shortestKey = 27;

/** Every key has one of them in it. To look for them is several times cheaper than to try the shape at every place of a path, or of what a browser calls itself. */
const marks = ["_live_", "_test_", "_root_", "kwembed."] as const;

const mayCarryKey = (text: string): boolean => text.length >= shortestKey && marks.some((mark) => text.includes(mark));

/** The text with every key in it cut down to its prefix. */
export const redactKeys = (text: string): string => (mayCarryKey(text) ? text.replace(keyShapes, "$1…") : text);
