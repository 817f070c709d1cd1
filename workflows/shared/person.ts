/** Mails of a case to one person whom it names: their step ends with the account, by which the store finds the address. */
import type { MailStep } from './contract';

export const personStep = (what: string, account: string): MailStep => `${what}:${account}`;

/** Whether a mail is to one person, or says that such a mail could not be delivered. */
export const isToPerson = (step: MailStep): boolean => step.includes(':');

/** What a mail to one person is, and whose it is; null for any other one. */
export function personIn(step: MailStep): { readonly what: string; readonly account: string } | null {
  if (!isToPerson(step) || step.startsWith('not-delivered')) return null;
  const at = step.indexOf(':');
  return { what: step.slice(0, at), account: step.slice(at + 1) };
}
