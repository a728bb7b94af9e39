import { indentAfterFirst } from "../indent.ts";
import { type SampleCall, sampleKeyVariable } from "../sample-call.ts";

export const javascriptSample = ({ method, url, headers, body }: SampleCall): string => {
  const fields = [
    `Authorization: \`Bearer \${process.env.${sampleKeyVariable}}\`,`,
    ...Object.entries(headers).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)},`),
    ...(body === undefined ? [] : ['"Content-Type": "application/json",']),
  ];
  const lines = [
    `const response = await fetch(${JSON.stringify(url)}, {`,
    `  method: "${method}",`,
    "  headers: {",
    ...fields.map((field) => `    ${field}`),
    "  },",
    ...(body === undefined ? [] : [`  body: JSON.stringify(${indentAfterFirst(JSON.stringify(body, null, 2), "  ")}),`]),
    "});",
    "console.log(response.status, await response.json());",
  ];
  return lines.join("\n");
};
