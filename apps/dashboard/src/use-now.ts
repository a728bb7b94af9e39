import { useEffect, useState } from "react";
import { clockOffset } from "./server-clock.ts";
import { useStore } from "./store.ts";

const stepMs = 30_000;

/** The time by the server's clock, anew every half minute: for "3 minutes ago". */
export const useNow = (): number => {
  const offset = useStore(clockOffset);
  const [deviceMs, setDeviceMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setDeviceMs(Date.now()), stepMs);
    return () => clearInterval(timer);
  }, []);
  return deviceMs + offset;
};
