import type { SampleCall } from "./sample-call.ts";
import { curlSample } from "./samples/curl.ts";
import { goSample } from "./samples/go.ts";
import { javascriptSample } from "./samples/javascript.ts";
import { phpSample } from "./samples/php.ts";
import { pythonSample } from "./samples/python.ts";

/** One entry of OpenAPI's `x-codeSamples`. */
export interface CodeSample {
  readonly lang: string;
  readonly label: string;
  readonly source: string;
}

const languages = [
  { lang: "shell", label: "curl", write: curlSample },
  { lang: "javascript", label: "JavaScript", write: javascriptSample },
  { lang: "python", label: "Python", write: pythonSample },
  { lang: "go", label: "Go", write: goSample },
  { lang: "php", label: "PHP", write: phpSample },
] as const;

/** The same call in every language of the docs. */
export const codeSamples = (call: SampleCall): CodeSample[] => languages.map(({ lang, label, write }) => ({ lang, label, source: write(call) }));
