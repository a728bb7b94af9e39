import { AppError, invalidField, TooManyAttempts } from "@keywright/core";

/** A refusal as the library words it. */
export interface Refusal {
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfterSeconds: number | undefined;
}

const linkNotValid = (): AppError => new AppError("LINK_NOT_VALID");
const codeNotValid = (): AppError => new AppError("CODE_NOT_VALID");

/** How long a second factor stays locked at most, in seconds: the library does not say how much of it is left. */
const lockSeconds = 900;

/** The library's codes that say more than their status. */
const known: Readonly<Record<string, () => AppError>> = {
  INVALID_EMAIL_OR_PASSWORD: () => new AppError("SIGN_IN_REFUSED"),
  INVALID_EMAIL: () => invalidField("/email", "must be an e-mail address"),
  VALIDATION_ERROR: () => new AppError("INVALID_REQUEST"),
  EMAIL_NOT_VERIFIED: () => new AppError("EMAIL_NOT_VERIFIED"),
  SIGN_UP_CLOSED: () => new AppError("SIGN_UP_CLOSED"),
  PASSWORD_CHANGE_REQUIRED: () => new AppError("PASSWORD_CHANGE_REQUIRED"),
  PASSWORD_UNCHANGED: () => invalidField("/new_password", "must be another one than the present password"),
  PASSWORD_TOO_SHORT: () => invalidField("/new_password", "must have at least 12 characters"),
  PASSWORD_TOO_LONG: () => invalidField("/new_password", "must have at most 128 characters"),
  INVALID_PASSWORD: () => invalidField("/password", "is not the account's present password"),
  INVALID_TOKEN: linkNotValid,
  TOKEN_EXPIRED: linkNotValid,
  USER_NOT_FOUND: linkNotValid,
  INVALID_CODE: codeNotValid,
  INVALID_BACKUP_CODE: codeNotValid,
  INVALID_TWO_FACTOR_COOKIE: codeNotValid,
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: codeNotValid,
  TOTP_NOT_ENABLED: codeNotValid,
  BACKUP_CODES_NOT_ENABLED: codeNotValid,
  TOTP_ALREADY_ENABLED: () => new AppError("INVALID_REQUEST", { detail: "The second factor is on already." }),
  TWO_FACTOR_NOT_ENABLED: () => new AppError("INVALID_REQUEST", { detail: "The second factor is not on." }),
  NO_SUCH_SESSION: () => new AppError("NOT_FOUND"),
};

/** The same refusal by the catalogue. What is nobody's mistake but ours becomes a plain error, and is answered as INTERNAL. */
export const toAppError = ({ status, code, retryAfterSeconds }: Refusal): Error => {
  if (status === 429) return new TooManyAttempts(retryAfterSeconds ?? lockSeconds);
  const found = code === undefined ? undefined : known[code];
  if (found !== undefined) return found();
  if (status === 401) return new AppError("UNAUTHENTICATED");
  if (status === 403) return new AppError("PERMISSION_DENIED");
  if (status === 404) return new AppError("NO_SUCH_ENDPOINT");
  if (status < 500) return new AppError("INVALID_REQUEST");
  return new Error(`The authentication library answered ${status} ${code ?? ""}.`);
};
