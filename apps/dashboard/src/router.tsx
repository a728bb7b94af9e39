import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { sessionQuery } from "./accounts.ts";
import { askedEarly, queryClient, read, tenantChoice } from "./api.ts";
import { forgetBegun } from "./begun.ts";
import { askEarly, chooseTenant, rememberVisit, settleIn } from "./me.ts";
import { readAlertSearch } from "./pages/alerts/alert-search.ts";
import { keyPageQuery } from "./pages/api-keys/key-page-query.ts";
import { readKeyPageSearch } from "./pages/api-keys/key-page-search.ts";
import { readKeySearch } from "./pages/api-keys/list-search.ts";
import { readAuditSearch } from "./pages/audit/audit-search.ts";
import { readSignInSearch } from "./pages/sign-in/sign-in-search.ts";
import { readDeliverySearch } from "./pages/webhooks/delivery-search.ts";
import { InTenant } from "./shell/in-tenant.tsx";
import { Shell } from "./shell/shell.tsx";
import { NotFound, Trouble, TroublePage } from "./shell/trouble.tsx";

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: TroublePage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: readSignInSearch,
  component: lazyRouteComponent(() => import("./pages/sign-in/sign-in-page.tsx"), "SignInPage"),
});

/** Where the links of mails lead, each with a token behind its `#`. */
const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot-password",
  component: lazyRouteComponent(() => import("./pages/front/forgot-page.tsx"), "ForgotPage"),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset-password",
  component: lazyRouteComponent(() => import("./pages/front/reset-page.tsx"), "ResetPage"),
});
const verify = createRoute({
  getParentRoute: () => root,
  path: "/verify-email",
  component: lazyRouteComponent(() => import("./pages/front/verify-page.tsx"), "VerifyPage"),
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitations/accept",
  component: lazyRouteComponent(() => import("./pages/front/invitation-page.tsx"), "InvitationPage"),
});

/** Every page below it is for somebody who has signed in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: async ({ location }) => {
    const { account } = await queryClient.ensureQueryData(sessionQuery);
    if (account === null || account.must_change_password) forgetBegun();
    if (account === null) throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
    if (account.must_change_password) throw redirect({ to: "/sign-in", search: { step: "password", next: location.href } });
    await settleIn();
    rememberVisit();
  },
  component: Shell,
  errorComponent: TroublePage,
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
  loaderDeps: ({ search }) => search,
  // The keys are asked for while the page's script is on its way.
  loader: ({ deps }) => void queryClient.prefetchQuery(keyPageQuery(tenantChoice.read(), deps)),
  component: lazyRouteComponent(() => import("./pages/api-keys/list-page.tsx"), "KeyListPage"),
});

const keyDetails = createRoute({
  getParentRoute: () => inTenant,
  path: "/settings/developers/api-keys/$keyId",
  validateSearch: readKeyPageSearch,
  beforeLoad: async ({ search: { tenant } }) => {
    if (tenant !== undefined && tenant !== tenantChoice.read()) await chooseTenant(tenant);
  },
  component: lazyRouteComponent(() => import("./pages/api-keys/details-page.tsx"), "KeyDetailsPage"),
});

const members = createRoute({
  getParentRoute: () => inTenant,
  path: "/settings/members",
  component: lazyRouteComponent(() => import("./pages/people/members-page.tsx"), "MembersPage"),
});

const teams = createRoute({
  getParentRoute: () => inTenant,
  path: "/settings/teams",
  component: lazyRouteComponent(() => import("./pages/teams/teams-page.tsx"), "TeamsPage"),
});

const tenantSettings = createRoute({
  getParentRoute: () => inTenant,
  path: "/settings/developers",
  component: lazyRouteComponent(() => import("./pages/tenant-settings/settings-page.tsx"), "SettingsPage"),
});

const auditLog = createRoute({
  getParentRoute: () => inTenant,
  path: "/audit-log",
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import("./pages/audit/audit-page.tsx"), "AuditPage"),
});

const usage = createRoute({
  getParentRoute: () => inTenant,
  path: "/usage",
  component: lazyRouteComponent(() => import("./pages/usage/usage-page.tsx"), "UsagePage"),
});

const webhooks = createRoute({
  getParentRoute: () => inTenant,
  path: "/settings/developers/webhooks",
  component: lazyRouteComponent(() => import("./pages/webhooks/list-page.tsx"), "TenantWebhooksPage"),
});

const webhook = createRoute({
  getParentRoute: () => inTenant,
  path: "/settings/developers/webhooks/$webhookId",
  validateSearch: readDeliverySearch,
  component: lazyRouteComponent(() => import("./pages/webhooks/webhook-page.tsx"), "TenantWebhookPage"),
});

const alerts = createRoute({
  getParentRoute: () => inTenant,
  path: "/settings/developers/alerts",
  validateSearch: readAlertSearch,
  component: lazyRouteComponent(() => import("./pages/alerts/alerts-page.tsx"), "TenantAlertsPage"),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: "/account",
  component: lazyRouteComponent(() => import("./pages/account/account-page.tsx"), "AccountPage"),
});

const tenants = createRoute({
  getParentRoute: () => shell,
  path: "/operator/tenants",
  component: lazyRouteComponent(() => import("./pages/operator/tenants-page.tsx"), "TenantsPage"),
});

const operatorWebhooks = createRoute({
  getParentRoute: () => shell,
  path: "/operator/webhooks",
  component: lazyRouteComponent(() => import("./pages/webhooks/list-page.tsx"), "OperatorWebhooksPage"),
});

const operatorWebhook = createRoute({
  getParentRoute: () => shell,
  path: "/operator/webhooks/$webhookId",
  validateSearch: readDeliverySearch,
  component: lazyRouteComponent(() => import("./pages/webhooks/webhook-page.tsx"), "OperatorWebhookPage"),
});

const operatorAlerts = createRoute({
  getParentRoute: () => shell,
  path: "/operator/alerts",
  validateSearch: readAlertSearch,
  component: lazyRouteComponent(() => import("./pages/alerts/alerts-page.tsx"), "OperatorAlertsPage"),
});

const system = createRoute({
  getParentRoute: () => shell,
  path: "/operator/system",
  component: lazyRouteComponent(() => import("./pages/operator/system-page.tsx"), "SystemPage"),
});

const tenantPages = [keyList, keyDetails, members, teams, tenantSettings, auditLog, usage, webhooks, webhook, alerts] as const;
const operatorPages = [tenants, operatorWebhooks, operatorWebhook, operatorAlerts, system] as const;

/** A page is a route above and its name here; `shell/navigation.ts` has its line. */
const routeTree = root.addChildren([
  signIn,
  forgot,
  reset,
  verify,
  invitation,
  shell.addChildren([home, account, ...operatorPages, inTenant.addChildren(tenantPages)]),
]);

export const router = createRouter({
  routeTree,
  basepath: "/dashboard",
  defaultErrorComponent: Trouble,
  defaultPreload: "intent",
  scrollRestoration: true,
});

/** Asks at once for what the first page will need one after the other: who is there, what the page shows, and its own script. */
export const startRoute = (): void => {
  void queryClient.prefetchQuery(sessionQuery);
  askEarly();
  const { pathname, search } = router.latestLocation;
  const [matched] = router.getMatchedRoutes(pathname);
  for (const route of matched) void router.loadRouteChunk(route);
  const tenantId = tenantChoice.read();
  if (tenantId === undefined || !matched.some(({ id }) => id === keyList.id)) return;
  void queryClient.prefetchQuery({ ...keyPageQuery(tenantId, readKeySearch(search)), meta: askedEarly });
  void queryClient.prefetchQuery({ ...read("get-key-options", { query: { tenant_id: tenantId } }), meta: askedEarly });
};

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** Where a line of the navigation may lead. */
export type AppPath =
  | "/settings/developers/api-keys"
  | "/settings/members"
  | "/settings/teams"
  | "/settings/developers"
  | "/audit-log"
  | "/settings/developers/webhooks"
  | "/settings/developers/alerts"
  | "/usage"
  | "/operator/tenants"
  | "/operator/alerts"
  | "/operator/webhooks"
  | "/operator/system";
