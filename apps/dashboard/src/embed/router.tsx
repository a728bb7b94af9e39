import { createMemoryHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from "@tanstack/react-router";
import { settleIn } from "../me.ts";
import { readKeyPageSearch } from "../pages/api-keys/key-page-search.ts";
import { KeyListPage } from "../pages/api-keys/list-page.tsx";
import { readKeySearch } from "../pages/api-keys/list-search.ts";
import { NotFound, Trouble, TroublePage } from "../shell/trouble.tsx";

/**
 * The pages of keys at the places that they have in the dashboard (`router.tsx`), with nothing around them. Where one is, is remembered and stands in no
 * address: the browser's own way back belongs to the page around the frame.
 */
const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: TroublePage });
const shell = createRoute({ getParentRoute: () => root, id: "shell", beforeLoad: settleIn, component: Outlet });
const inTenant = createRoute({ getParentRoute: () => shell, id: "tenant", component: Outlet });
const keyList = createRoute({
  getParentRoute: () => inTenant,
  path: "/settings/developers/api-keys",
  validateSearch: readKeySearch,
  component: KeyListPage,
});
const keyDetails = createRoute({
  getParentRoute: () => inTenant,
  path: "/settings/developers/api-keys/$keyId",
  validateSearch: readKeyPageSearch,
  component: lazyRouteComponent(() => import("../pages/api-keys/details-page.tsx"), "KeyDetailsPage"),
});

export const createFrameRouter = () =>
  createRouter({
    routeTree: root.addChildren([shell.addChildren([inTenant.addChildren([keyList, keyDetails])])]),
    history: createMemoryHistory({ initialEntries: ["/settings/developers/api-keys"] }),
    defaultErrorComponent: Trouble,
    defaultPreload: "intent",
  });
