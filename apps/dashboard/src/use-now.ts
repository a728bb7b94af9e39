import { useEffect, useState } from "react";

const stepMs = 30_000;

/** This device's time, anew every half minute: for "3 minutes ago". */
export const useNow = (): number => {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), stepMs);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
};
