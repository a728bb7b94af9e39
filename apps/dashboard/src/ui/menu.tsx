import { type ButtonHTMLAttributes, cloneElement, type KeyboardEvent, type MouseEvent, type ReactElement, type ReactNode, useState } from "react";
import { later } from "../later.ts";

export interface MenuItem {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly isDangerous?: boolean;
  readonly isChosen?: boolean;
  readonly onSelect: () => void;
}

/** Groups, with a line between them. */
export type MenuGroups = readonly (readonly MenuItem[])[];

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<ButtonHTMLAttributes<HTMLButtonElement>>;
  /** A function is asked when the menu opens: a long table has many that never do. */
  readonly groups: MenuGroups | (() => MenuGroups);
  readonly heading?: ReactNode;
  readonly align?: "start" | "end";
}

interface Opened {
  readonly button: HTMLButtonElement;
  readonly isByKey: boolean;
}

const list = later(() => import("./menu-list.tsx"));

/** A list of things to do. Until it opens it is its button alone: the rest costs as much as the row of a table around it. */
export const Menu = ({ trigger, groups, heading, align = "end" }: MenuProps) => {
  const [opened, setOpened] = useState<Opened>();
  const part = list.use();
  const open = async (next: Opened): Promise<void> => {
    setOpened(next);
    if (!(await list.load())) setOpened(undefined);
  };
  const onClick = ({ currentTarget: button, detail }: MouseEvent<HTMLButtonElement>): void => {
    if (opened === undefined) void open({ button, isByKey: detail === 0 });
    else setOpened(undefined);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>): void => {
    if (event.key !== "ArrowDown" || opened !== undefined) return;
    event.preventDefault();
    void open({ button: event.currentTarget, isByKey: true });
  };
  return (
    <>
      {cloneElement(trigger, { "aria-expanded": opened !== undefined, "aria-haspopup": "menu", onClick, onKeyDown })}
      {opened !== undefined && part !== undefined && (
        <part.MenuList
          {...opened}
          align={align}
          groups={typeof groups === "function" ? groups() : groups}
          heading={heading}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
  );
};
