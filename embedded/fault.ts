/** Something that a person at the terminal can mend: the message says what happened and what to do, in one line. */
export class StackFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StackFault';
  }
}

/** What is told on the terminal while the stack starts, one line at a time. */
export type Progress = (line: string) => void;

export const silent: Progress = () => undefined;

/** The message of whatever was thrown, on one line; of a failed fetch the cause, which says more. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return reasonOf(thrown.errors[0]);
  if (thrown instanceof Error && thrown.cause instanceof Error) return reasonOf(thrown.cause);
  return (thrown instanceof Error ? thrown.message : String(thrown)).trim().replaceAll(/\s*\n\s*/g, ' ');
}
