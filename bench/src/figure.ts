/** One measured figure, and the bar that it is held against, if there is one. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The least and the most that one round of a ratio said. */
  readonly least?: number;
  readonly most?: number;
  /** What it may be at most. */
  readonly bar?: number;
  /** What it must be at least. */
  readonly atLeast?: number;
  /** Whether `--check` holds it to what the committed result says: a ratio that does not depend on the machine's mood. */
  readonly isGuarded?: boolean;
}

export type Ratio = Required<Pick<Figure, "value" | "least" | "most">>;

/** What a benchmark found: figures, and the table behind them where there is one. */
export interface Report {
  readonly figures: readonly Figure[];
  readonly table?: readonly Readonly<Record<string, string | number>>[];
  /** What was not measured, and why, and what a reader must know to read the figures. */
  readonly notes?: readonly string[];
  /** Versions of the engines that took part. */
  readonly versions?: Readonly<Record<string, string>>;
}

export const isHeld = ({ value, bar, atLeast }: Figure): boolean => (bar === undefined || value <= bar) && (atLeast === undefined || value >= atLeast);
