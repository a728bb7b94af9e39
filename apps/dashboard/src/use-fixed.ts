import { useCallback, useLayoutEffect, useRef } from "react";

/** The same function from drawing to drawing, which does what the newest one does: for parts that are drawn anew only where what they are given is another. */
export const useFixed = <Given extends readonly unknown[], Answer>(newest: (...given: Given) => Answer): ((...given: Given) => Answer) => {
  const held = useRef(newest);
  useLayoutEffect(() => {
    held.current = newest;
  });
  return useCallback((...given: Given) => held.current(...given), []);
};
