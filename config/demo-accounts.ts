import { z } from 'zod';
import type { Protocol } from './protocol';
import { code } from './protocol-schema';
import { roles, type Role } from './roles';
import { FileFaults, readYaml, shown, type FaultAt } from './yaml-file';

/** A sign-in of the local evaluation stack; an invented role, not a person. */
export interface DemoAccount {
  readonly id: string;
  /** An e-mail address at a reserved domain, so that nothing sent to it can reach anyone. */
  readonly username: string;
  readonly displayName: string;
  /** The code of its partner. */
  readonly partner: string;
  /** The teams of the partner it works for; empty for the partner as a whole. */
  readonly teams: readonly string[];
  readonly roles: readonly Role[];
}

export interface DemoAccounts {
  /** The one password of all demo accounts, printed when the evaluation stack is ready. */
  readonly password: string;
  readonly accounts: readonly DemoAccount[];
}

export class DemoAccountFaults extends FileFaults {}

/** Domains no one can own: RFC 2606 and RFC 6761. */
const reservedDomain = /@(.+\.)?(example|test|invalid|localhost|example\.(com|net|org))$/i;

const schema = z.strictObject({
  password: z.string().min(12),
  accounts: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a name of lower-case letters, digits and hyphens'),
        username: z
          .email('an e-mail address')
          .regex(reservedDomain, 'an address at a domain reserved for examples, such as officer@thurrock.example'),
        displayName: z.string().min(1),
        partner: code,
        teams: z.array(code).default([]),
        roles: z.array(z.enum(roles)).min(1),
      }),
    )
    .min(1),
});

/**
 * Reads the demo sign-ins and checks them against the protocol in force.
 * @throws DemoAccountFaults with every fault of the file at once
 * @throws Error if there is no such file or it cannot be read
 */
export function loadDemoAccounts(path: string, protocol: Protocol): DemoAccounts {
  const checked = readYaml(path, schema, (raw) => referenceFaults(raw, protocol));
  if ('faults' in checked) throw new DemoAccountFaults(path, checked.faults);
  return checked.value;
}

const word = z.string().optional().catch(undefined);
/** The file as far as the references need it; what has the wrong shape is absent. */
const view = z
  .object({
    accounts: z
      .array(
        z
          .object({ id: word, username: word, partner: word, teams: z.array(word).catch([]) })
          .catch({ id: undefined, username: undefined, partner: undefined, teams: [] }),
      )
      .catch([]),
  })
  .catch({ accounts: [] });

function referenceFaults(raw: unknown, protocol: Protocol): FaultAt[] {
  const { accounts } = view.parse(raw);
  return accounts.flatMap(({ id, username, partner: partnerCode, teams }, at) => {
    const faults: FaultAt[] = [];
    const before = accounts.slice(0, at);
    if (id !== undefined && before.some((other) => other.id === id)) {
      faults.push({ path: ['accounts', at, 'id'], expected: 'each id once', found: `${shown(id)} a second time` });
    }
    if (username !== undefined && before.some((other) => other.username === username)) {
      const found = `${shown(username)} a second time`;
      faults.push({ path: ['accounts', at, 'username'], expected: 'each username once', found });
    }
    if (partnerCode === undefined) return faults;
    const partner = protocol.organisations.find((organisation) => organisation.code === partnerCode);
    if (!partner) {
      const expected = `the code of an organisation of ${protocol.name}`;
      return [...faults, { path: ['accounts', at, 'partner'], expected, found: shown(partnerCode) }];
    }
    const unknown = teams.flatMap((team, nth) =>
      team === undefined || partner.teams.some((known) => known.code === team)
        ? []
        : [{ path: ['accounts', at, 'teams', nth], expected: `a team of ${partner.code}`, found: shown(team) }],
    );
    return [...faults, ...unknown];
  });
}
