import { startDeadline } from "../node/deadline.ts";

/** The promise's result, or a rejection when it has not come in time; `onLate` is called in that case. */
export const within = <T>(deadlineMs: number, promise: Promise<T>, onLate: () => void): Promise<T> =>
  new Promise((resolve, reject) => {
    const cancel = startDeadline(deadlineMs, () => {
      reject(new Error(`No answer within ${deadlineMs} ms.`));
      onLate();
    });
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
