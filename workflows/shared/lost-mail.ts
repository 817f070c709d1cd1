/** What is said to the CSP manager of a mail that could not be delivered: its step names that mail, and whom it was for. */
import type { MailStep, Recipient } from './contract';

const prefix = 'not-delivered-';

/** Those of a partner whom a mail about its task can be for. */
export const rolesOfPartner = ['spoc', 'deputy', 'governance-lead'] as const;
export type RoleOfPartner = (typeof rolesOfPartner)[number];
export const isOfPartner = (to: Recipient): to is RoleOfPartner => rolesOfPartner.some((role) => role === to);

export const notDeliveredStep = (lost: MailStep, to: Recipient): MailStep => `${prefix}${lost}-${to}`;

/** Which mail to a partner could not be delivered, and to whom there; null for what says something else. */
export function lostIn(step: MailStep): { readonly lost: MailStep; readonly to: RoleOfPartner } | null {
  const to = step.startsWith(prefix) ? rolesOfPartner.find((role) => step.endsWith(`-${role}`)) : undefined;
  return to === undefined ? null : { lost: step.slice(prefix.length, -to.length - 1), to };
}
