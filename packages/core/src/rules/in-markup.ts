const marks: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as HTML shows it: what others chose is never markup. */
export const inMarkup = (text: string): string => text.replace(/[&<>"']/g, (mark) => marks[mark] ?? mark);
