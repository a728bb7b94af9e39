import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api.ts";
import { loadTheRest } from "./later.ts";
import { router, startRoute } from "./router.tsx";
import { ToastProvider } from "./ui/toast.tsx";

const place = document.getElementById("root");
if (place === null) throw new Error("The page has no place for the application.");
startRoute();
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </QueryClientProvider>
  </StrictMode>,
);
loadTheRest();
