import { AppError } from "../errors.ts";
import type { SignedIn } from "../people/signed-in.ts";
import type { Sessions } from "../ports/sessions.ts";

/** Sessions by what their cookie says, for tests. */
export interface MemorySessions extends Sessions {
  begin(cookieHeader: string, signedIn: SignedIn): void;
  /** The account has a one-time password from now on. */
  demandNewPassword(cookieHeader: string): void;
  end(cookieHeader: string): void;
}

export const createMemorySessions = (): MemorySessions => {
  const sessions = new Map<string, SignedIn>();
  const demanding = new Set<string>();
  return {
    begin: (cookieHeader, signedIn) => void sessions.set(cookieHeader, signedIn),
    demandNewPassword: (cookieHeader) => void demanding.add(cookieHeader),
    end: (cookieHeader) => void sessions.delete(cookieHeader),
    find: async (cookieHeader, { admitsOneTimePassword = false } = {}) => {
      const found = sessions.get(cookieHeader);
      if (found === undefined || !demanding.has(cookieHeader)) return found;
      if (!admitsOneTimePassword) throw new AppError("PASSWORD_CHANGE_REQUIRED");
      return { ...found, mustChangePassword: true };
    },
  } satisfies MemorySessions;
};
