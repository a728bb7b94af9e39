import { useRouter } from "@tanstack/react-router";
import type { MouseEvent } from "react";

interface KeyLinkProps {
  readonly id: string;
  readonly name: string;
}

const to = "/settings/developers/api-keys/$keyId";

/** Whether the browser is to do what it does with a link by itself: another tab, another window, a download. */
const isForBrowser = ({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean => button !== 0 || metaKey || ctrlKey || shiftKey || altKey;

/** The router's own link follows where one is; each of a table's would be drawn anew at every step, which costs more than the rows. */
export const KeyLink = ({ id, name }: KeyLinkProps) => {
  const router = useRouter();
  const target = { to, params: { keyId: id } } as const;
  const follow = (event: MouseEvent): void => {
    if (isForBrowser(event)) return;
    event.preventDefault();
    void router.navigate(target);
  };
  const ready = (): void => void router.preloadRoute(target).catch(() => {});
  return (
    <a
      className="block truncate rounded font-medium underline-offset-4 hover:underline"
      href={hrefOf(router, id)}
      onClick={follow}
      onFocus={ready}
      onPointerEnter={ready}
      title={name}
    >
      <bdi>{name}</bdi>
    </a>
  );
};

const hrefOf = (
  { basepath, history }: { readonly basepath: string; readonly history: { readonly createHref: (path: string) => string } },
  id: string,
): string => history.createHref(`${basepath === "/" ? "" : basepath}${to.replace("$keyId", id)}`);
