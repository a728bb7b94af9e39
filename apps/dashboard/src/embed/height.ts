/** Room for a dialog, which is as high as the frame at most. */
const dialogPx = 700;

/** Tells how high the content is, whenever that changes; a dialog over it wants room of its own. */
export const followHeight = (content: HTMLElement, tell: (px: number) => void): void => {
  const state = { px: 0 };
  const look = (): void => {
    const hasDialog = document.querySelector("dialog[open]") !== null;
    const px = Math.ceil(Math.max(content.getBoundingClientRect().height, hasDialog ? dialogPx : 0));
    if (px === state.px) return;
    state.px = px;
    tell(px);
  };
  new ResizeObserver(look).observe(content);
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributeFilter: ["open"] });
};
