export interface Bar {
  /** When it begins, in words. */
  readonly label: string;
  readonly accepted: number;
  readonly refused: number;
  /** All of it in one sentence, where the pointer rests. */
  readonly title: string;
}

interface BarsProps {
  readonly bars: readonly Bar[];
  /** What the chart shows: its name for whoever does not see it. A table beside it has the numbers. */
  readonly label: string;
}

const height = 100;
const step = 10;
const gap = 2;
const leastHeight = 1.5;

/** Requests over time, what was refused on top. */
export const Bars = ({ bars, label }: BarsProps) => {
  const most = Math.max(1, ...bars.map(({ accepted, refused }) => accepted + refused));
  const tall = (count: number): number => (count === 0 ? 0 : Math.max(leastHeight, (count / most) * height));
  return (
    <svg aria-label={label} className="h-40 w-full" preserveAspectRatio="none" role="img" viewBox={`0 0 ${bars.length * step} ${height}`}>
      {bars.map(({ label: at, accepted, refused, title }, index) => {
        const [good, bad] = [tall(accepted), tall(refused)];
        const x = index * step + gap / 2;
        return (
          <g className="group" key={at}>
            <title>{title}</title>
            <rect className="fill-transparent group-hover:fill-hover" height={height} width={step} x={index * step} y={0} />
            <rect className="fill-accent" height={good} width={step - gap} x={x} y={height - good} />
            <rect className="fill-danger" height={bad} width={step - gap} x={x} y={height - good - bad} />
          </g>
        );
      })}
    </svg>
  );
};
