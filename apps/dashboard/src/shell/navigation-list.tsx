import { Link } from "@tanstack/react-router";
import { useMe } from "../me.ts";
import { words } from "../words/words.ts";
import { navigation } from "./navigation.ts";

/** A line whose address begins that of another is not the one that is shown when the other is. */
const isAboveAnother = (to: string): boolean => navigation.some(({ items }) => items.some((item) => item.to.startsWith(`${to}/`)));

export const NavigationList = ({ onFollow }: { readonly onFollow?: () => void }) => {
  const { account, standing, can } = useMe();
  const groups = navigation
    .map(({ label, items }) => ({
      label,
      items: items.filter((item) => can(item.permission) && (item.isForOperators === true ? account.is_operator : standing?.isManaged === true)),
    }))
    .filter(({ items }) => items.length > 0);
  return (
    <nav aria-label={words.shell.navigation} className="grid gap-5">
      {groups.map(({ label, items }) => (
        <div className="grid gap-1" key={label}>
          <p className="px-2.5 font-medium text-quiet text-xs">{label}</p>
          <ul className="grid gap-0.5">
            {items.map(({ to, label: text, icon: Icon }) => (
              <li key={to}>
                <Link
                  activeOptions={{ exact: isAboveAnother(to) }}
                  className="flex min-h-9 items-center gap-2.5 rounded-lg px-2.5 text-quiet text-sm transition-colors hover:bg-hover hover:text-ink data-[status=active]:bg-hover data-[status=active]:font-medium data-[status=active]:text-ink"
                  onClick={() => onFollow?.()}
                  to={to}
                >
                  <Icon aria-hidden className="size-4 shrink-0" />
                  {text}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
};
