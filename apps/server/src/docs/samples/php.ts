import { indentAfterFirst } from "../indent.ts";
import { type SampleCall, sampleKeyVariable } from "../sample-call.ts";

export const phpSample = ({ method, url, headers, body }: SampleCall): string => {
  const fields = [
    `'Authorization: Bearer ' . getenv('${sampleKeyVariable}'),`,
    ...Object.entries(headers).map(([name, value]) => `${quote(`${name}: ${value}`)},`),
    ...(body === undefined ? [] : ["'Content-Type: application/json',"]),
  ];
  const lines = [
    "<?php",
    "",
    `$curl = curl_init(${quote(url)});`,
    "curl_setopt_array($curl, [",
    `    CURLOPT_CUSTOMREQUEST => '${method}',`,
    "    CURLOPT_RETURNTRANSFER => true,",
    "    CURLOPT_HTTPHEADER => [",
    ...fields.map((field) => `        ${field}`),
    "    ],",
    ...(body === undefined ? [] : [`    CURLOPT_POSTFIELDS => json_encode(${indentAfterFirst(literal(body), "    ")}),`]),
    "]);",
    "$answer = curl_exec($curl);",
    "echo curl_getinfo($curl, CURLINFO_RESPONSE_CODE), ' ', $answer, PHP_EOL;",
  ];
  return lines.join("\n");
};

const quote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** A JSON value as a PHP literal. An empty object would read as an empty list, so it is cast. */
const literal = (value: unknown): string => {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `    ${quote(name)} => ${indentAfterFirst(literal(field), "    ")},`);
  return fields.length === 0 ? "(object) []" : ["[", ...fields, "]"].join("\n");
};
