import type { Figure } from '../figures';

export interface Bench {
  /** Versions of the parts that were measured, by part. */
  readonly versions: Map<string, string>;
  readonly progress: (line: string) => void;
}

/** One row of the table, with all it needs started and stopped by itself. */
export interface Row {
  readonly what: string;
  run(bench: Bench): Promise<Figure[]>;
}
