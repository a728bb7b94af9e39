import type { MetricFamily } from "./metrics.ts";

/** What workers and the process that started them say to each other for a scrape; ids are those of whoever asks. */
export type ScrapeMessage =
  /** A worker that is scraped, to the first process. */
  | { readonly scrape: "all"; readonly id: number }
  /** The first process, to each worker. */
  | { readonly scrape: "one"; readonly id: number }
  /** Its answer. */
  | { readonly scrape: "answer"; readonly id: number; readonly families: readonly MetricFamily[] }
  /** The first process's answer. */
  | { readonly scrape: "gathered"; readonly id: number; readonly gathered: Gathered };

export interface Gathered {
  readonly workers: readonly { readonly worker: string; readonly families: readonly MetricFamily[] }[];
  /** Those that did not answer in time. */
  readonly silent: number;
}

export const isScrapeMessage = (message: unknown): message is ScrapeMessage => typeof message === "object" && message !== null && "scrape" in message;
