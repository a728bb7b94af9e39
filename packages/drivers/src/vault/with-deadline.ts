import { VaultError } from "./vault-error.ts";

/** The work's result, or a `VaultError` when it has not come in time; the signal is given to end what the work began. */
export const withDeadline = <T>(deadlineMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      reject(new VaultError(`Vault did not answer within ${deadlineMs} ms.`));
      controller.abort();
    }, deadlineMs);
    work(controller.signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
