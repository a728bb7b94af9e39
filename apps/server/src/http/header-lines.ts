import { validateHeaderName, validateHeaderValue } from "node:http";

type Headers = Readonly<Record<string, string>>;

/** Headers as they stand in a head, each with the end of its line; throws, as Node does, at what no header may hold. */
export const headerLines = (headers: Headers): string => {
  for (const name of Object.keys(headers)) {
    validateHeaderName(name);
    validateHeaderValue(name, headers[name] ?? "");
  }
  return ownHeaderLines(headers);
};

/** The same of headers that hold nothing but numbers and words of our own: they are not looked at. */
export const ownHeaderLines = (headers: Headers): string => {
  let lines = "";
  for (const name of Object.keys(headers)) lines += `${name}: ${headers[name]}\r\n`;
  return lines;
};

/** Names and values by turns, for whoever writes a head of them. */
export const headerPairs = (lines: string): string[] => {
  const pairs: string[] = [];
  for (const line of lines.split("\r\n")) {
    const at = line.indexOf(": ");
    if (at > 0) pairs.push(line.slice(0, at), line.slice(at + 2));
  }
  return pairs;
};
