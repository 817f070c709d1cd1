/** A start, a pause or a setting that cannot be counted with, in a message fit for a person. */
export class CalendarError extends Error {
  override readonly name = 'CalendarError';

  constructor(
    /** The argument at fault: `clock`, `from`, `extended`, `paused`, or the name the caller gave. */
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

/** All that is wrong with a question, in the order of its arguments. */
export class CalendarErrors extends Error {
  override readonly name = 'CalendarErrors';

  constructor(readonly errors: readonly CalendarError[]) {
    super(errors.map(({ message }) => message).join('\n'));
  }
}
