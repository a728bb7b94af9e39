import { Link, useRouter } from "@tanstack/react-router";
import { CloudOff, Compass } from "lucide-react";
import { queryClient } from "../api.ts";
import { explain } from "../problem.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { words } from "../words/words.ts";

/** A page that could not be shown, and the way to try again. */
export const Trouble = ({ error }: { readonly error: unknown }) => {
  const router = useRouter();
  const again = async (): Promise<void> => {
    await queryClient.resetQueries({ predicate: ({ state }) => state.status === "error" });
    await router.invalidate();
  };
  return (
    <div className="p-6" role="alert">
      <EmptyState
        action={
          <Button look="primary" onClick={() => void again()}>
            {words.common.retry}
          </Button>
        }
        icon={<CloudOff aria-hidden className="size-5" />}
        isPage
        title={words.problems.broken}
      >
        {explain(error)}
      </EmptyState>
    </div>
  );
};

/** The same where there is no page around it. */
export const TroublePage = ({ error }: { readonly error: unknown }) => (
  <main>
    <Trouble error={error} />
  </main>
);

export const NotFound = () => (
  <main className="p-6">
    <title>{`${words.common.notFound} · ${words.common.product}`}</title>
    <EmptyState
      action={
        <Link className={buttonClass("primary")} to="/">
          {words.common.home}
        </Link>
      }
      icon={<Compass aria-hidden className="size-5" />}
      isPage
      title={words.common.notFound}
    >
      {words.common.notFoundText}
    </EmptyState>
  </main>
);
