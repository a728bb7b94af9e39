/** What any key looks like, whatever prefix an installation has chosen (`{prefix}_{environment}_{base62}`), and the token of an embed session. */
const keyShape = /([a-z][a-z0-9]{0,15}_(?:live|test|root)_|kwembed\.)[0-9A-Za-z]{20,}/;
const keyShapes = new RegExp(keyShape, "g");

export const carriesKey = (text: string): boolean => keyShape.test(text);

/** `a_live_` and twenty characters. Most texts are shorter: names of endpoints, for one, which come with every verification. */
const shortestKey = 27;

/** The text with every key in it cut down to its prefix. */
export const redactKeys = (text: string): string => (text.length < shortestKey ? text : text.replace(keyShapes, "$1…"));
