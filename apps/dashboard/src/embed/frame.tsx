import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "../api.ts";
import { loadTheRest } from "../later.ts";
import { useStore } from "../store.ts";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { ToastProvider } from "../ui/toast.tsx";
import { words } from "../words/words.ts";
import { followChanges, isTold } from "./changes.ts";
import { followHeight } from "./height.ts";
import { createFrameRouter } from "./router.tsx";
import { askAgain, begin, stage, tellHeight } from "./session.ts";

/** What the frame shows: nothing of anybody until a token is there; and then it stays, whatever becomes of the token. */
const Frame = () => {
  const now = useStore(stage);
  const [hasOpened, setOpened] = useState(false);
  if (now === "open" && !hasOpened) setOpened(true);
  return (
    <div className="p-1">
      {now === "refused" && (
        <div className="mb-4" role="alert">
          <Notice action={<Button onClick={askAgain}>{words.common.retry}</Button>} tone="danger">
            {words.embed.refused}
          </Notice>
        </div>
      )}
      {hasOpened ? <Pages /> : <main aria-label={words.keys.title}>{now === "waiting" && <SkeletonRows />}</main>}
    </div>
  );
};

const Pages = () => {
  const [router] = useState(createFrameRouter);
  useEffect(followChanges, []);
  return (
    <main aria-label={words.keys.title}>
      <RouterProvider router={router as never} />
    </main>
  );
};

const place = document.getElementById("root");
if (place === null) throw new Error("The page has no place for the application.");
// As long as nobody tells the frame what happens, it looks by itself, while it is looked at.
queryClient.setQueryDefaults(["list-keys"], { refetchInterval: () => (isTold.read() ? false : 15_000) });
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <Frame />
      </ToastProvider>
    </QueryClientProvider>
  </StrictMode>,
);
followHeight(place, tellHeight);
begin();
loadTheRest();
