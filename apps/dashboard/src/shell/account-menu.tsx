import { useNavigate } from "@tanstack/react-router";
import { CircleUser, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { callAccount } from "../accounts.ts";
import { queryClient } from "../api.ts";
import { useMe } from "../me.ts";
import { explain } from "../problem.ts";
import { useStore } from "../store.ts";
import { Menu } from "../ui/menu.tsx";
import { useToast } from "../ui/toast.tsx";
import { say } from "../words/say.ts";
import { words } from "../words/words.ts";
import { chooseTheme, type Theme, theme } from "./theme.ts";

const themes = [
  { value: "light", label: words.shell.light, Icon: Sun },
  { value: "dark", label: words.shell.dark, Icon: Moon },
  { value: "system", label: words.shell.system_theme, Icon: Monitor },
] as const satisfies readonly { readonly value: Theme; readonly label: string; readonly Icon: unknown }[];

/** Whose session it is, how the pages look, and the way out. */
export const AccountMenu = () => {
  const { account, standing } = useMe();
  const chosen = useStore(theme);
  const navigate = useNavigate();
  const toast = useToast();
  const signOut = async (): Promise<void> => {
    try {
      await callAccount("POST /sign-out", {});
    } catch (error) {
      toast({ text: explain(error), tone: "danger" });
      return;
    }
    queryClient.clear();
    await navigate({ to: "/sign-in", search: {} });
  };
  const looks = themes.map(({ value, label, Icon }) => ({
    label,
    icon: <Icon aria-hidden className="size-4 shrink-0" />,
    isChosen: chosen === value,
    onSelect: () => chooseTheme(value),
  }));
  const own = {
    label: words.shell.ownAccount,
    icon: <CircleUser aria-hidden className="size-4 shrink-0" />,
    onSelect: () => void navigate({ to: "/account" }),
  };
  const out = { label: words.shell.signOut, icon: <LogOut aria-hidden className="size-4 shrink-0" />, onSelect: () => void signOut() };
  return (
    <Menu
      align="start"
      groups={[[own], looks, [out]]}
      heading={
        <>
          <span className="block truncate font-medium">{account.name}</span>
          <span className="block truncate text-quiet text-xs">{account.email}</span>
        </>
      }
      trigger={
        <button
          aria-label={say(words.shell.account, { name: account.name })}
          className="flex min-h-11 w-full min-w-0 items-center gap-2.5 rounded-lg px-2.5 text-start hover:bg-hover"
          type="button"
        >
          <span aria-hidden className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-ground font-semibold text-accent text-xs">
            {firstLetter(account.name)}
          </span>
          <span className="min-w-0">
            <span className="block truncate font-medium text-sm leading-5">{account.name}</span>
            <span className="block truncate text-quiet text-xs">{words.roles[account.is_operator ? "operator" : (standing?.role ?? "viewer")]}</span>
          </span>
        </button>
      }
    />
  );
};

/** A name may begin with a letter of several code units, or an emoji of several letters. */
const firstLetter = (name: string): string => [...new Intl.Segmenter().segment(name)][0]?.segment.toUpperCase() ?? "";
