/** What a load sends: a request with one of the bodies, drawn at random, again and again on each connection. */
export interface Calls {
  readonly path: string;
  readonly method?: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  /** Of a GET: the header that has a body's text as its value. */
  readonly bodyHeader?: string;
  readonly bodies: readonly string[];
}

export interface LoadOrder {
  readonly port: number;
  /** File with the `Calls`. */
  readonly callsFile: string;
  readonly connections: number;
  /** How long bodies are drawn at random; undefined: each body is sent once, in order. */
  readonly seconds: number | undefined;
  /** Whether this only prepares: then a store that a busy machine keeps from answering in time (503) is asked again. While something is measured that is a wrong answer. */
  readonly isPreparing: boolean;
  /** What every answer must have: its status, and a text in its body. Any other answer is a wrong one. */
  readonly expected: { readonly status: number; readonly text: string };
}

export interface LoadResult {
  readonly requests: number;
  readonly wrong: number;
  /** Answers that were 503 where 503 was not expected: no verdict, for want of an engine. */
  readonly unavailable: number;
  /** Those that were sent again after a 503, while a load only prepared. */
  readonly resent: number;
  /** The first wrong answer, for a person. */
  readonly firstWrong: string | undefined;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** How often `text` stood in the answers: a batch's answer has it once a verification. */
  readonly found: number;
}
