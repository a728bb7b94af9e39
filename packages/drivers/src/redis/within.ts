/** The promise's result, or a rejection when it has not come in time; `onLate` is called in that case. */
export const within = <T>(deadlineMs: number, promise: Promise<T>, onLate: () => void): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`No answer within ${deadlineMs} ms.`));
      onLate();
    }, deadlineMs);
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
