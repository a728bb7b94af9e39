import { type SampleCall, sampleKeyVariable } from "../sample-call.ts";

export const goSample = ({ method, url, headers, body }: SampleCall): string => {
  const hasBody = body !== undefined;
  const imports = ['"fmt"', '"io"', '"net/http"', '"os"', ...(hasBody ? ['"strings"'] : [])];
  const set = (name: string, value: string) => `\treq.Header.Set(${JSON.stringify(name)}, ${value})`;
  const lines = [
    "package main",
    "",
    "import (",
    ...imports.map((name) => `\t${name}`),
    ")",
    "",
    "func main() {",
    ...(hasBody ? [`\tbody := strings.NewReader(${rawText(JSON.stringify(body))})`] : []),
    `\treq, err := http.NewRequest("${method}", ${JSON.stringify(url)}, ${hasBody ? "body" : "nil"})`,
    "\tif err != nil {",
    "\t\tpanic(err)",
    "\t}",
    set("Authorization", `"Bearer "+os.Getenv("${sampleKeyVariable}")`),
    ...Object.entries(headers).map(([name, value]) => set(name, JSON.stringify(value))),
    ...(hasBody ? [set("Content-Type", '"application/json"')] : []),
    "\tres, err := http.DefaultClient.Do(req)",
    "\tif err != nil {",
    "\t\tpanic(err)",
    "\t}",
    "\tdefer res.Body.Close()",
    "\tanswer, err := io.ReadAll(res.Body)",
    "\tif err != nil {",
    "\t\tpanic(err)",
    "\t}",
    "\tfmt.Println(res.StatusCode, string(answer))",
    "}",
  ];
  return lines.join("\n");
};

/** A raw string, where no backquote is in the way. */
const rawText = (text: string): string => (text.includes("`") ? JSON.stringify(text) : `\`${text}\``);
