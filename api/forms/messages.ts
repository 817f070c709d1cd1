/**
 * What is said where a schema has no words of its own: mostly to programs, as our pages do not send another type than a
 * field has. Set once for the whole web, so that no schema can forget it.
 */
import { z } from 'zod';

const types: Readonly<Record<string, string>> = {
  string: 'Use text',
  number: 'Use a number',
  int: 'Use a whole number',
  boolean: 'Use true or false',
  array: 'Send a list',
  object: 'Send an object',
  record: 'Send an object',
  null: 'Leave this out',
};

/**
 * Our pages let choose only what there is, so that their words ("Choose the legal basis") tell a program too little that has sent
 * something else: it is told what there is to send as well.
 */
export function forProgram(issue: z.core.$ZodIssue): string {
  const { input, message } = issue;
  if (input === undefined || input === null || input === '') return message;
  const fits =
    issue.code === 'invalid_value'
      ? `Use one of these: ${issue.values.filter((value) => value !== '').map(String).join(', ')}`
      : issue.code === 'invalid_type'
        ? types[issue.expected]
        : undefined;
  return fits === undefined || message.startsWith(fits) ? message : `${message}. ${fits}`;
}

const units: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' };

z.config({
  localeError: (issue) => {
    switch (issue.code) {
      case 'invalid_type':
        return `${types[issue.expected] ?? 'Use another value'}${issue.input === undefined ? ': this is missing' : ''}`;
      case 'invalid_value':
        return `Use one of these: ${issue.values.map(String).join(', ')}`;
      case 'too_small':
        return `Use ${issue.minimum}${units[issue.origin] ?? ''} or more`;
      case 'too_big':
        return `Use ${issue.maximum}${units[issue.origin] ?? ''} or ${issue.origin in units ? 'fewer' : 'less'}`;
      case 'unrecognized_keys':
        return 'Leave this out: it is not known here';
      default:
        return 'Use another value: this one is not of the form that is expected';
    }
  },
});
