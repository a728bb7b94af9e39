import { env } from "node:process";
import { describe, it } from "vitest";

/** What a machine may lack, under the names that `KEYWRIGHT_TEST_REQUIRE` has for it. */
type Need = "postgres" | "redis" | "vault" | "chromium" | "prometheus" | "gateways" | "bun" | "package-checks";

/** Whether a test that wants this has to fail where it is not there. */
export const isRequired = (need: Need): boolean => (env["KEYWRIGHT_TEST_REQUIRE"] ?? "").split(",").includes(need);

interface Wanted {
  readonly need: Need;
  /** As the suite's title says it, which may be nothing; undefined: it is not there. */
  readonly version: string | undefined;
  /** What there is not; completes "there is …". */
  readonly reason: string;
}

/** A suite that wants something of the machine. Where that is missing, the suite is skipped and says so; where it is required, it fails instead. */
export const describeWith = ({ need, version, reason }: Wanted, name: string, suite: () => void | Promise<void>): void => {
  if (version !== undefined) describe(`${name} ${version}`.trimEnd(), suite);
  else if (isRequired(need)) it(`${name}: ${reason}`, () => Promise.reject(new Error(`KEYWRIGHT_TEST_REQUIRE names ${need}, but there is ${reason}.`)));
  else describe.skip(`${name}: skipped, ${reason}`, suite);
};
