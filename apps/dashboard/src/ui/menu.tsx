import { DropdownMenu } from "radix-ui";
import { type ReactNode, useRef, useState } from "react";

export interface MenuItem {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly isDangerous?: boolean;
  readonly isChosen?: boolean;
  readonly onSelect: () => void;
}

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactNode;
  /** Groups, with a line between them. */
  readonly groups: readonly (readonly MenuItem[])[];
  readonly heading?: ReactNode;
  readonly align?: "start" | "end";
}

const itemClass =
  "flex min-h-9 cursor-pointer select-none items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm outline-none data-[highlighted]:bg-hover focus-visible:outline-none";

/** The part of the page that the menu belongs to. Outside of an open dialog it could not be reached. */
const places = "dialog, main, aside, header";

/** A list of things to do. What is chosen begins once the menu has given the focus back, so that a dialog can return it there. */
export const Menu = ({ trigger, groups, heading, align = "end" }: MenuProps) => {
  const chosen = useRef<(() => void) | undefined>(undefined);
  const [place, setPlace] = useState<HTMLElement | null>(null);
  return (
    // Not modal: the lock that a modal menu puts on the page is a style element, which the policy of the pages refuses.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild ref={(button) => setPlace(button?.closest<HTMLElement>(places) ?? null)}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={place}>
        <DropdownMenu.Content
          align={align}
          className="z-50 grid min-w-48 max-w-80 gap-1 rounded-xl bg-surface p-1.5 text-ink shadow-float"
          collisionPadding={8}
          onCloseAutoFocus={() => {
            const run = chosen.current;
            chosen.current = undefined;
            // After the focus is back at the trigger.
            if (run !== undefined) queueMicrotask(run);
          }}
          sideOffset={6}
        >
          {heading !== undefined && <div className="border-line border-b px-2.5 pt-1 pb-2 text-sm">{heading}</div>}
          {groups
            .filter((items) => items.length > 0)
            .map((items, index) => (
              <DropdownMenu.Group className={index === 0 ? "" : "border-line border-t pt-1"} key={items[0]?.label}>
                {items.map((item) => (
                  <MenuLine
                    item={item}
                    key={item.label}
                    onChoose={() => {
                      chosen.current = item.onSelect;
                    }}
                  />
                ))}
              </DropdownMenu.Group>
            ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
};

const MenuLine = ({ item, onChoose }: { readonly item: MenuItem; readonly onChoose: () => void }) => {
  const inside = (
    <>
      {item.icon}
      <span className="min-w-0 truncate">{item.label}</span>
    </>
  );
  const className = `${itemClass} ${item.isDangerous === true ? "text-danger" : ""}`;
  if (item.isChosen === undefined) {
    return (
      <DropdownMenu.Item className={className} onSelect={onChoose}>
        {inside}
      </DropdownMenu.Item>
    );
  }
  return (
    <DropdownMenu.CheckboxItem checked={item.isChosen} className={className} onSelect={onChoose}>
      {inside}
      <DropdownMenu.ItemIndicator className="ms-auto">✓</DropdownMenu.ItemIndicator>
    </DropdownMenu.CheckboxItem>
  );
};
