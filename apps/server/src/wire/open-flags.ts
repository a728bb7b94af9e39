import { systemStopwatch } from "@keywright/drivers";
import type { FlagEvent, OpenFlags } from "@keywright/drivers/flags";
import type { FlagSource } from "../flag-settings.ts";

interface FlagOptions {
  readonly flagSource: FlagSource;
  /** What holds where the source says nothing. */
  readonly isKeyManagementEnabled: boolean;
  readonly onFlags: (event: FlagEvent) => void;
}

/** Connects nothing yet: a source that is out of reach holds up no start. */
export const openFlags = async ({ flagSource, isKeyManagementEnabled, onFlags }: FlagOptions): Promise<OpenFlags> => {
  const { openFlags: open } = await import("@keywright/drivers/flags");
  return open({
    source: flagSource,
    defaults: { "enable-api-key-management": isKeyManagementEnabled },
    stopwatch: systemStopwatch,
    onEvent: onFlags,
  });
};
