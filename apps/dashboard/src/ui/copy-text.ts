/** Copies. Where the page was not reached over https there is no clipboard; the older way then copies what is selected. */
export const copyText = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
};

const copySelected = (text: string): boolean => {
  const opener = document.activeElement;
  // Inside the open dialog: what is outside of it cannot take the focus.
  const place = opener?.closest("dialog") ?? document.body;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr-only";
  place.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  if (opener instanceof HTMLElement) opener.focus();
  return isCopied;
};
