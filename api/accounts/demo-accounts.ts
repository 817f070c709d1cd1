import { loadDemoAccounts } from '../../config/demo-accounts';
import type { Account } from '../../store/accounts';
import type { WebDependencies } from '../dependencies';
import { hashPassword, passwordIsRight } from './passwords';

/**
 * Enters the demo sign-ins in the store, where the settings name a file of them. All share one password and so one
 * hash; what is unchanged is left alone, as hashing is slow by design.
 * @throws DemoAccountFaults
 */
export async function enterDemoAccounts({
  settings,
  protocol,
  store,
}: Pick<WebDependencies, 'settings' | 'protocol' | 'store'>): Promise<void> {
  if (settings.DEMO_ACCOUNTS === undefined) return;
  const { password, accounts } = loadDemoAccounts(settings.DEMO_ACCOUNTS, protocol);
  const kept = await Promise.all(accounts.map(({ id }) => store.accounts.byId(id)));
  const hashes = [...new Set(kept.map((account) => account?.passwordHash))];
  const [only] = hashes;
  const unchanged = hashes.length === 1 && only !== undefined && (await passwordIsRight(only, password));
  const passwordHash = unchanged ? only : await hashPassword(password);
  for (const [index, { id, username, ...rest }] of accounts.entries()) {
    const account: Account = { _id: id, username: username.toLowerCase(), ...rest, passwordHash };
    if (!isSame(kept[index] ?? null, account)) await store.accounts.save(account);
  }
}

function isSame(kept: Account | null, account: Account): boolean {
  const facts = ({ username, displayName, partner, teams, roles, passwordHash }: Account) =>
    JSON.stringify([username, displayName, partner, teams, roles, passwordHash]);
  return kept !== null && facts(kept) === facts(account);
}
