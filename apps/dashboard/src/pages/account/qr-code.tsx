import encodeQR from "qr";

/** Light around the pattern that readers need, in modules (ISO/IEC 18004). */
const border = 4;

/** A text as a QR code, drawn in this page: nobody else learns the text. Always dark on light, as readers expect. */
export const QrCode = ({ text, label }: { readonly text: string; readonly label: string }) => {
  const rows = encodeQR(text, "raw", { border });
  const size = rows.length;
  const path = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
  return (
    <svg aria-label={label} className="mx-auto size-52 rounded-lg" role="img" shapeRendering="crispEdges" viewBox={`0 0 ${size} ${size}`}>
      <rect fill="#fff" height={size} width={size} />
      <path d={path} fill="#000" />
    </svg>
  );
};
