import { median, type Figure } from './figures';

/** Each figure that was measured at several sizes, as a graph that Markdown pages show (Mermaid). */
export function asGraphs(figures: readonly Figure[]): string {
  const names = [...new Set(figures.flatMap(({ drawn }) => (drawn === undefined ? [] : [drawn.as])))];
  return names.map((name) => graphOf(name, figures.filter(({ drawn }) => drawn?.as === name))).join('\n\n');
}

function graphOf(name: string, figures: readonly Figure[]): string {
  const sizes = figures.map(({ drawn }) => drawn?.openCases ?? 0);
  const values = figures.map(({ runs }) => median(runs));
  return [
    '```mermaid',
    'xychart-beta',
    `  title "${name}"`,
    `  x-axis "open cases" [${sizes.join(', ')}]`,
    `  y-axis "${figures[0]?.unit ?? ''}" 0 --> ${Math.ceil(Math.max(...values) * 1.1)}`,
    `  line [${values.join(', ')}]`,
    '```',
  ].join('\n');
}
