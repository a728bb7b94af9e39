import { useQuery } from "@tanstack/react-query";
import { CircleCheck, Radio, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { read } from "../../api.ts";
import { Button } from "../../ui/button.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

/** The live events say it sooner; this is for where they do not come through. */
const askEveryMs = 5_000;
/** Longer than anybody waits with the dialog open; then it asks on demand. */
const waitMs = 5 * 60_000;

/** Waits for the key's first request, and says so when it comes. */
export const FirstRequest = ({ keyId }: { readonly keyId: string }) => {
  const [isWaiting, setWaiting] = useState(true);
  const usage = useQuery({
    ...read("get-key-usage", { params: { key_id: keyId } }),
    gcTime: 0,
    refetchInterval: ({ state }) => (isWaiting && (state.data?.last_used_at ?? null) === null ? askEveryMs : false),
  });
  useEffect(() => {
    const timer = setTimeout(() => setWaiting(false), waitMs);
    return () => clearTimeout(timer);
  }, []);
  const at = usage.data?.last_used_at ?? null;
  const ip = usage.data?.last_used_ip ?? null;
  const refusal = Object.keys(usage.data?.errors ?? {})[0];
  return (
    <div aria-live="polite" className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-line px-3 py-2 text-sm">
      {at !== null ? (
        <>
          <CircleCheck aria-hidden className="size-4 shrink-0 text-good" />
          <span className="font-medium text-good">{ip === null ? words.issued.works : say(words.issued.worksFrom, { ip })}</span>
        </>
      ) : (
        <>
          <Radio aria-hidden className={`size-4 shrink-0 text-quiet ${isWaiting ? "animate-pulse" : ""}`} />
          <span className="text-quiet">{isWaiting ? words.issued.waiting : words.issued.paused}</span>
          {!isWaiting && <Button onClick={() => void usage.refetch()}>{words.issued.check}</Button>}
          {refusal !== undefined && (
            <span className="flex items-center gap-1.5 text-warn">
              <TriangleAlert aria-hidden className="size-4 shrink-0" />
              {say(words.issued.refused, { code: refusal })}
            </span>
          )}
        </>
      )}
    </div>
  );
};
