import { Building2, ChevronsUpDown } from "lucide-react";
import { chooseTenant, useMe } from "../me.ts";
import { Menu } from "../ui/menu.tsx";
import { say } from "../words/say.ts";
import { words } from "../words/words.ts";

const lineClass = "flex min-h-10 w-full min-w-0 items-center gap-2.5 rounded-lg px-2.5 text-start text-sm font-medium";

/** The tenant that is shown; a list of them where the person is in several. */
export const TenantSwitcher = () => {
  const { standing, standings } = useMe();
  if (standing === undefined) return null;
  const name = (
    <>
      <Building2 aria-hidden className="size-4 shrink-0 text-quiet" />
      <span className="min-w-0 flex-1 truncate">{standing.tenantName}</span>
    </>
  );
  if (standings.length < 2) return <div className={lineClass}>{name}</div>;
  const items = standings.map(({ tenantId, tenantName }) => ({
    label: tenantName,
    isChosen: tenantId === standing.tenantId,
    onSelect: () => void chooseTenant(tenantId),
  }));
  return (
    <Menu
      align="start"
      groups={[items]}
      heading={words.shell.switchTenant}
      trigger={
        <button
          aria-label={say(words.shell.tenant, { name: standing.tenantName })}
          className={`${lineClass} border border-line bg-surface shadow-lift hover:bg-hover`}
          type="button"
        >
          {name}
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-quiet" />
        </button>
      }
    />
  );
};
