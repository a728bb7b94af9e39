import { Link, Outlet } from "@tanstack/react-router";
import { Menu as MenuIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { sessionEnded } from "../api.ts";
import { later } from "../later.ts";
import { useStore } from "../store.ts";
import { IconButton } from "../ui/button.tsx";
import { Modal } from "../ui/dialog.tsx";
import { words } from "../words/words.ts";
import { AccountMenu } from "./account-menu.tsx";
import { ClockNotice } from "./clock-notice.tsx";
import { Mark } from "./mark.tsx";
import { NavigationList } from "./navigation-list.tsx";
import { TenantSwitcher } from "./tenant-switcher.tsx";

/** What stands around every page of somebody who has signed in. */
export const Shell = () => {
  const hasEnded = useStore(sessionEnded);
  return (
    <>
      <a className="sr-only rounded-lg bg-primary px-3 py-2 text-primary-ink focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50" href="#content">
        {words.shell.skip}
      </a>
      <div className="mx-auto lg:grid lg:max-w-[100rem] lg:grid-cols-[15rem_minmax(0,1fr)]">
        <aside className="sticky top-0 z-10 hidden h-dvh border-line border-e lg:block">
          <Side />
        </aside>
        <TopBar />
        <main className="min-w-0 px-4 py-6 sm:px-6 lg:px-10 lg:py-9" id="content" tabIndex={-1}>
          <ClockNotice />
          <Outlet />
        </main>
      </div>
      {hasEnded && <EndedSession />}
    </>
  );
};

const signInAgain = later(() => import("./sign-in-again.tsx"));

const EndedSession = () => {
  const part = signInAgain.use();
  useEffect(() => void signInAgain.load(), []);
  return part === undefined ? null : <part.SignInAgain />;
};

const Brand = () => (
  <Link className="flex items-center gap-2.5 rounded-lg px-1 py-1 font-semibold" to="/">
    <Mark />
    {words.common.product}
  </Link>
);

const Side = ({ onFollow }: { readonly onFollow?: () => void }) => (
  <div className="flex h-full flex-col gap-5 overflow-y-auto p-4">
    <Brand />
    <TenantSwitcher />
    <NavigationList {...(onFollow !== undefined && { onFollow })} />
    <div className="mt-auto">
      <AccountMenu />
    </div>
  </div>
);

const TopBar = () => {
  const [isOpen, setOpen] = useState(false);
  return (
    <header className="sticky top-0 z-20 flex items-center justify-between border-line border-b bg-ground px-3 py-2 lg:hidden">
      <Brand />
      <IconButton aria-expanded={isOpen} label={words.shell.openNavigation} onClick={() => setOpen(true)}>
        <MenuIcon aria-hidden className="size-5" />
      </IconButton>
      {isOpen && (
        <Modal className="drawer" label={words.shell.navigation} onClose={() => setOpen(false)}>
          <Side onFollow={() => setOpen(false)} />
        </Modal>
      )}
    </header>
  );
};
