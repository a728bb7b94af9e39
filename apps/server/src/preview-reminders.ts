import { type PreviewedReminder, previewReminders as previewPage } from "@keywright/core";
import { processConfig } from "./config.ts";
import { unwatched, wire } from "./wire/wire.ts";

export interface PreviewOptions {
  readonly dataDir?: string;
  readonly onReminder: (previewed: PreviewedReminder) => void;
}

/**
 * What the server would remind people of now. Nothing is noted and nothing sent. It may run while servers on PostgreSQL serve; the embedded data folder must not be
 * in use.
 */
export const previewReminders = async ({ dataDir, onReminder }: PreviewOptions): Promise<void> => {
  const config = { ...processConfig(), ...(dataDir !== undefined && { dataDir }) };
  const wired = await wire({ ...config, ...unwatched });
  try {
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof previewPage>> = await previewPage(wired.engine, after);
      for (const item of page.items) onReminder(item);
      after = page.after;
    } while (after !== null);
  } finally {
    await wired.close();
  }
};
