/** Making and revoking API tokens, for the page and the command. */
import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { endOfLondonDay, londonDateOf } from '../../calendar';
import { systemClock, type Clock, type IsoDate } from '../../config/clock';
import { scopeNames, type Scope } from '../../config/scopes';
import type { Store } from '../../store';
import { tokenHash, tokenId, type Account, type ApiToken } from '../../store/accounts';
import type { Actor } from '../../store/audit';
import { civilDate, line } from '../forms/fields';

/** A year from a day on: the last day that a token made on it can have. Only for comparing, and to fill in. */
export const longestExpiry = (today: IsoDate): IsoDate =>
  `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`.replace('-02-29', '-02-28') as IsoDate;

/** What makes a token; one schema for the page and the command. */
export const tokenSchema = (today: IsoDate) =>
  z.object({
    name: line('Enter what the token is for', 100),
    kind: z.enum(['person', 'system'], 'Choose who uses the token'),
    scopes: z
      .array(z.enum(scopeNames, `Use scopes of these: ${scopeNames.join(', ')}`))
      .min(1, 'Choose at least one thing that the token may be used for')
      .readonly(),
    /** In London; the token ends with this day. */
    expiresOn: civilDate('Last day', 'Enter the last day of the token').superRefine((on, context) => {
      const refuse = (message: string) => context.addIssue({ code: 'custom', message });
      if (on < today) refuse('Last day must be today or in the future');
      if (on > longestExpiry(today)) refuse('Last day must be within a year from today');
    }),
  });

export type TokenForm = Readonly<z.infer<ReturnType<typeof tokenSchema>>>;

type Kept = Pick<Store, 'accounts' | 'audit'>;

/**
 * Makes a token. It is given back this once: only its hash is kept.
 * @param key of the form: sent again, it makes no second token
 * @returns null if this form was sent before
 */
export async function makeToken(
  { name, kind, scopes, expiresOn }: TokenForm,
  account: Account,
  key: string,
  by: Actor,
  { accounts, audit, clock }: Kept & { readonly clock: Clock },
): Promise<string | null> {
  const token = randomBytes(32).toString('base64url');
  const at = clock.now();
  const { isNew } = await audit.append({
    chain: 'accounts',
    key: `token-created/${account._id}/${key}`,
    at,
    act: 'token-created',
    by,
    facts: { account: account._id, token: tokenId({ _id: tokenHash(token) }), kind, scopes, expiresOn },
  });
  if (!isNew) return null;
  const expiresAt = endOfLondonDay(expiresOn);
  await accounts.saveToken(token, { account: account._id, name, kind, scopes, createdAt: at, expiresAt });
  return token;
}

/** Whoever reaches the database makes tokens by a command. */
export const operator: Actor = { account: null, via: 'command', from: null };

/** A token for a system, without a form: of every scope unless it is said, for a year. Null without such an account. */
export async function newToken(
  { accounts, audit }: Kept,
  username: string,
  name: string,
  { clock = systemClock, scopes = scopeNames }: { readonly clock?: Clock; readonly scopes?: readonly Scope[] } = {},
): Promise<string | null> {
  const account = await accounts.byUsername(username);
  if (account === null) return null;
  const form = { name, kind: 'system', scopes, expiresOn: longestExpiry(londonDateOf(clock.now())) } as const;
  return makeToken(form, account, randomUUID(), operator, { accounts, audit, clock });
}

/** Ends a token for good. */
export async function revokeToken(
  token: ApiToken,
  by: Actor,
  { accounts, audit, clock }: Kept & { readonly clock: Clock },
): Promise<void> {
  const at = clock.now();
  const facts = { account: token.account, token: tokenId(token) };
  await audit.append({
    chain: 'accounts',
    key: `token-revoked/${tokenId(token)}`,
    at,
    act: 'token-revoked',
    by,
    facts,
  });
  await accounts.revokeToken(token._id, at);
}
