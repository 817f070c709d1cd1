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
