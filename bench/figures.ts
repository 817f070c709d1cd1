/** One line of the table. */
export interface Figure {
  readonly what: string;
  readonly unit: 'ms' | 's' | 'MiB' | 'KiB' | 'events' | 'times' | 'a second';
  /** One value of each round or run; their median is what is quoted. */
  readonly runs: readonly number[];
  /** The figure should be at most this. */
  readonly aim?: number;
  /** The figure should be at least this. */
  readonly atLeast?: number;
  /** Set on a figure that is measured at several sizes: what is drawn, and at how many open cases this one is. */
  readonly drawn?: { readonly as: string; readonly openCases: number };
}

/** The smallest value that at least this many percent of the values do not exceed (nearest rank). */
export function percentile(values: readonly number[], percent: number): number {
  const value = inOrder(values)[Math.max(1, Math.ceil((values.length * percent) / 100)) - 1];
  if (value === undefined) throw new Error('There is no percentile of nothing.');
  return value;
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = inOrder(values);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new Error('There is no median of nothing.');
  return (low + high) / 2;
}

const inOrder = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

/** A figure for each of the percentiles, with one value of each round. */
export function percentiles(
  what: string,
  rounds: readonly (readonly number[])[],
  aims: Readonly<Record<string, number | undefined>>,
): Figure[] {
  return Object.entries(aims).map(([name, aim]) => ({
    what: `${what}, ${name}`,
    unit: 'ms',
    runs: rounds.map((values) => round(percentile(values, Number(name.slice(1))))),
    ...(aim === undefined ? {} : { aim }),
  }));
}

/** Three digits that count: more would claim what the runs do not bear. */
export function round(value: number): number {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return Number(value.toFixed(digits));
}

function judgement(value: number, { aim, atLeast }: Pick<Figure, 'aim' | 'atLeast'>): string {
  if (aim !== undefined) return `at most ${aim}: ${value <= aim ? 'met' : 'missed'}`;
  return atLeast === undefined ? '' : `at least ${atLeast}: ${value >= atLeast ? 'met' : 'missed'}`;
}

/** The figures in columns, each with its median, the spread of its runs, and its aim. */
export function asTable(rows: readonly { readonly name: string; readonly figures: readonly Figure[] }[]): string {
  const lines = rows.flatMap(({ name, figures }) => [
    ...figures.map(({ what, unit, runs, ...aims }, index) => [
      index === 0 ? name : '',
      what,
      `${round(median(runs))} ${unit}`,
      runs.length === 1 ? '' : runs.join(', '),
      judgement(median(runs), aims),
    ]),
  ]);
  const all = [['Row', 'What', 'Median', 'Each run', 'Aim'], ...lines];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  return all.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}
