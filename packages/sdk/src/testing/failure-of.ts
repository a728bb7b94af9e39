import { inspect } from "node:util";
import { expect } from "vitest";
import { KeywrightError } from "../keywright-error.ts";

export const credential = `pm_root_${"A".repeat(32)}`;

/** The error of a call that must fail; neither its fields nor its stack or cause may hold the credential. */
export const failureOf = async (call: Promise<unknown>): Promise<KeywrightError> => {
  const error = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(KeywrightError);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(credential);
  expect(JSON.stringify(error)).not.toContain(credential);
  return error as KeywrightError;
};
