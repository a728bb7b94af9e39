import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { sessionQuery } from "./accounts.ts";
import { queryClient } from "./api.ts";
import { settleIn } from "./me.ts";
import { readKeySearch } from "./pages/api-keys/list-search.ts";
import { InTenant } from "./shell/in-tenant.tsx";
import { Shell } from "./shell/shell.tsx";
import { NotFound, Trouble } from "./shell/trouble.tsx";

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: Trouble });

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** A way within these pages; an address of elsewhere would take whoever signs in there. */
const ownPath = (value: unknown): string | undefined => {
  const path = text(value);
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : undefined;
};

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Readonly<Record<string, unknown>>): { next?: string; step?: "password" } => {
    const next = ownPath(search["next"]);
    return { ...(next !== undefined && { next }), ...(search["step"] === "password" && { step: "password" as const }) };
  },
  component: lazyRouteComponent(() => import("./pages/sign-in/sign-in-page.tsx"), "SignInPage"),
});

/** Every page below it is for somebody who has signed in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: async ({ location }) => {
    const { account } = await queryClient.ensureQueryData(sessionQuery);
    if (account === null) throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
    if (account.must_change_password) throw redirect({ to: "/sign-in", search: { step: "password", next: location.href } });
    await settleIn();
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/developers/api-keys" });
  },
});

/** Pages about one tenant: the one that is chosen. */
const inTenant = createRoute({ getParentRoute: () => shell, id: "tenant", component: InTenant });

const keyList = createRoute({
  getParentRoute: () => inTenant,
  path: "/settings/developers/api-keys",
  validateSearch: readKeySearch,
  component: lazyRouteComponent(() => import("./pages/api-keys/list-page.tsx"), "KeyListPage"),
});

const keyDetails = createRoute({
  getParentRoute: () => inTenant,
  path: "/settings/developers/api-keys/$keyId",
  component: lazyRouteComponent(() => import("./pages/api-keys/details-page.tsx"), "KeyDetailsPage"),
});

/** A page is a route above and its name here; `shell/navigation.ts` has its line. */
const routeTree = root.addChildren([signIn, shell.addChildren([home, inTenant.addChildren([keyList, keyDetails])])]);

export const router = createRouter({
  routeTree,
  basepath: "/dashboard",
  defaultErrorComponent: Trouble,
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** Where a line of the navigation may lead. */
export type AppPath = "/settings/developers/api-keys";
