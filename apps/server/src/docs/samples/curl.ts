import { type SampleCall, sampleKeyVariable } from "../sample-call.ts";

export const curlSample = ({ method, url, headers, body }: SampleCall): string =>
  [
    `curl ${method === "GET" ? "" : `-X ${method} `}${quote(url)}`,
    `-H "Authorization: Bearer $${sampleKeyVariable}"`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : ["-H 'Content-Type: application/json'", `-d ${quote(JSON.stringify(body))}`]),
  ].join(" \\\n  ");

/** A shell word in single quotes, in which nothing is expanded. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
