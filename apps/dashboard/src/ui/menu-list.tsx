import { Menu } from "radix-ui/internal";
import { type FocusEvent, type ReactNode, useId, useRef } from "react";
import type { MenuGroups, MenuItem } from "./menu.tsx";

export interface MenuListProps {
  readonly groups: MenuGroups;
  readonly heading: ReactNode;
  readonly align: "start" | "end";
  /** What opened it, and has the focus again when it closes. */
  readonly button: HTMLButtonElement;
  /** Whether a key opened it: then its first line has the focus. */
  readonly isByKey: boolean;
  readonly onClose: () => void;
}

const itemClass =
  "flex min-h-9 cursor-pointer select-none items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm outline-none data-[highlighted]:bg-hover focus-visible:outline-none";

/** The part of the page that the menu belongs to. Outside of an open dialog it could not be reached. */
const places = "dialog, main, aside, header";

/** An open menu. What is chosen begins once the menu has given the focus back, so that a dialog can return it there. */
export const MenuList = ({ groups, heading, align, button, isByKey, onClose }: MenuListProps) => {
  const id = useId();
  const anchor = useRef(button);
  const end = useRef<{ readonly run?: () => void; readonly isOutside?: boolean }>({});
  const onFocus = (event: FocusEvent<HTMLDivElement>): void => {
    if (!isByKey || event.target !== event.currentTarget) return;
    event.currentTarget.querySelector<HTMLElement>("[role^=menuitem]")?.focus();
  };
  const onCloseAutoFocus = (event: Event): void => {
    event.preventDefault();
    // A click on something else has put the focus there.
    if (end.current.isOutside !== true) button.focus();
    // After the focus is back at the button.
    if (end.current.run !== undefined) queueMicrotask(end.current.run);
  };
  button.id ||= `${id}-button`;
  return (
    // Not modal: the lock that a modal menu puts on the page is a style element, which the policy of the pages refuses.
    <Menu.Root modal={false} onOpenChange={onClose} open>
      <Menu.Anchor virtualRef={anchor} />
      <Menu.Portal container={button.closest<HTMLElement>(places)}>
        <Menu.Content
          align={align}
          aria-labelledby={button.id}
          className="z-50 grid min-w-48 max-w-80 gap-1 rounded-xl bg-surface p-1.5 text-ink shadow-float"
          collisionPadding={8}
          loop
          onCloseAutoFocus={onCloseAutoFocus}
          onFocus={onFocus}
          onInteractOutside={(event) => {
            // The button closes it by itself.
            if (event.target instanceof Node && button.contains(event.target)) event.preventDefault();
            else end.current = { isOutside: true };
          }}
          sideOffset={6}
        >
          {heading !== undefined && <div className="border-line border-b px-2.5 pt-1 pb-2 text-sm">{heading}</div>}
          {groups
            .filter((items) => items.length > 0)
            .map((items, index) => (
              <Menu.Group className={index === 0 ? "" : "border-line border-t pt-1"} key={items[0]?.label}>
                {items.map((item) => (
                  <MenuLine
                    item={item}
                    key={item.label}
                    onChoose={() => {
                      end.current = { run: item.onSelect };
                    }}
                  />
                ))}
              </Menu.Group>
            ))}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
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
      <Menu.Item className={className} onSelect={onChoose}>
        {inside}
      </Menu.Item>
    );
  }
  return (
    <Menu.CheckboxItem checked={item.isChosen} className={className} onSelect={onChoose}>
      {inside}
      <Menu.ItemIndicator className="ms-auto">✓</Menu.ItemIndicator>
    </Menu.CheckboxItem>
  );
};
