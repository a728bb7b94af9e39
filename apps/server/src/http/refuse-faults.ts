import { AppError, type FieldError } from "@keywright/core";

/** Answers 400 with one entry a fault, if there are any. */
export const refuseFaults = (faults: readonly FieldError[]): void => {
  const first = faults[0];
  if (first === undefined) return;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  throw new AppError("INVALID_REQUEST", { detail: `${first.pointer || "the request"}: ${first.detail}${more}`, fields: faults });
};
