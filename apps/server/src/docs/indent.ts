/** Sets every line but the first behind `margin`. */
export const indentAfterFirst = (text: string, margin: string): string => text.replaceAll("\n", `\n${margin}`);
