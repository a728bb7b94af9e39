import { indentAfterFirst } from "../indent.ts";
import { type SampleCall, sampleKeyVariable } from "../sample-call.ts";

export const pythonSample = ({ method, url, headers, body }: SampleCall): string => {
  const fields = [
    `"Authorization": f"Bearer {os.environ['${sampleKeyVariable}']}",`,
    ...Object.entries(headers).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)},`),
    ...(body === undefined ? [] : ['"Content-Type": "application/json",']),
  ];
  const lines = [
    "import json",
    "import os",
    "import urllib.request",
    "",
    "request = urllib.request.Request(",
    `    ${JSON.stringify(url)},`,
    `    method="${method}",`,
    "    headers={",
    ...fields.map((field) => `        ${field}`),
    "    },",
    ...(body === undefined ? [] : [`    data=json.dumps(${indentAfterFirst(literal(body), "    ")}).encode(),`]),
    ")",
    "with urllib.request.urlopen(request) as response:",
    "    print(response.status, json.load(response))",
  ];
  return lines.join("\n");
};

const words = new Map<unknown, string>([
  [true, "True"],
  [false, "False"],
  [null, "None"],
]);

/** A JSON value as a Python literal. */
const literal = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return words.get(value) ?? JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `    ${JSON.stringify(name)}: ${indentAfterFirst(literal(field), "    ")},`);
  return ["{", ...fields, "}"].join("\n");
};
