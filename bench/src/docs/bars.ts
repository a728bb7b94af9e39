/** A bar chart as SVG, one bar below the other, each with what it is and what it is worth. */
export interface Bars {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly label: string;
  readonly value: number;
}

const width = 760;
const labelWidth = 300;
const valueWidth = 110;
const rowHeight = 28;
const titleHeight = 44;

export const drawBars = ({ title, unit, bars }: Bars): string => {
  const longest = Math.max(...bars.map(({ value }) => value));
  const height = titleHeight + bars.length * rowHeight + 14;
  const rows = bars.map(({ label, value }, place) => {
    const y = titleHeight + place * rowHeight;
    const length = longest > 0 ? Math.max(1, Math.round((value / longest) * (width - labelWidth - valueWidth))) : 1;
    return [
      `  <text x="${labelWidth - 10}" y="${y + 17}" text-anchor="end">${escaped(label)}</text>`,
      `  <rect x="${labelWidth}" y="${y + 4}" width="${length}" height="${rowHeight - 10}" fill="#2f6f9f"/>`,
      `  <text x="${labelWidth + length + 8}" y="${y + 17}">${escaped(shown(value))}</text>`,
    ].join("\n");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="13" fill="#222">
  <title>${escaped(title)}, ${escaped(unit)}</title>
  <rect width="${width}" height="${height}" fill="#fff"/>
  <text x="14" y="26" font-size="15" font-weight="bold">${escaped(title)}, ${escaped(unit)}</text>
${rows.join("\n")}
</svg>
`;
};

/** Three digits are what the measurement is worth. */
const shown = (value: number): string => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3))).toLocaleString("en");

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
