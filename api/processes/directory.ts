/**
 * The directory: what its forms and the API ask for, the commands that both use, and how a partner stands there. Every
 * change is put on record before it is made, by the names of the roles and never by their addresses.
 */
import { z } from 'zod';
import { formatDate, londonDateOf } from '../../calendar';
import type { IsoDate } from '../../config/clock';
import type { Contacts, Partner, Protocol, Team } from '../../config/protocol';
import type { Actor, AuditAct, AuditFacts } from '../../store/audit';
import {
  resolveIn,
  rolesWithAbsences,
  type Absence,
  type Addresses,
  type DirectoryChange,
  type DirectoryEntry,
  type RoleWithAbsences,
} from '../../store/directory';
import type { WebDependencies } from '../dependencies';
import { civilDate, whenSound } from '../forms/fields';
import { Invalid, NotFound, Refusal } from '../http/refusals';
import { submissionKey } from '../cases/dependencies';

type Dependencies = Pick<WebDependencies, 'store' | 'clock'>;

export const contactRoles = ['spoc', 'deputy', 'governance-lead', 'breach'] as const satisfies (keyof Contacts)[];
export type ContactRole = (typeof contactRoles)[number];

/** What a contact is called, in the partnership's own titles where it has one. */
export function contactName(protocol: Protocol, role: ContactRole): string {
  const { title } = protocol.roles.spoc;
  const names: Readonly<Record<ContactRole, string>> = {
    spoc: title,
    deputy: `Deputy ${inSentence(title)}`,
    'governance-lead': protocol.roles['governance-lead'].title,
    breach: 'Notices of a data breach',
  };
  return names[role];
}

/** A title as it stands inside a sentence: "single point of contact", but "SIRO". */
export function inSentence(title: string): string {
  return /^\p{Lu}\p{Ll}/u.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

/** One address or none: what goes into the heading of a mail must not bring a second recipient or heading with it. */
const address = z
  .string('Enter an e-mail address, or leave it empty')
  .nullable()
  .transform((typed) => (typed === null || typed.trim() === '' ? null : typed.trim()))
  .superRefine((typed, context) => {
    if (typed === null) return;
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (/[\p{Cc}\u2028\u2029]/u.test(typed)) refuse('Enter one e-mail address on one line, without line breaks');
    else if (typed.split('@').length > 2) refuse('Enter one e-mail address only');
    else if (typed.length > 254) refuse('Enter an e-mail address of 254 characters or fewer');
    else if (!z.email().safeParse(typed).success) refuse('Enter an e-mail address like name@partner.example');
  })
  .meta({ description: 'One e-mail address; null where there is none' });

const teamContacts = z.strictObject({ spoc: address, deputy: address });

/** The contacts of a partner and its teams; one schema for the form and the API. */
export const contactsSchema = z.strictObject({
  version: z.int('Say which version of the contacts you have seen').meta({ description: 'The version that was seen' }),
  contacts: z.strictObject({ spoc: address, deputy: address, 'governance-lead': address, breach: address }),
  teams: z
    .record(z.string(), teamContacts)
    .default({})
    .meta({ description: 'By the team’s code; a team that is left out keeps its contacts' }),
});
export type ContactsForm = z.infer<typeof contactsSchema>;

/** From when until when somebody is away; one schema for the form and the API. */
export function absenceSchema({ today }: { readonly today: IsoDate }) {
  return z
    .strictObject({
      team: z
        .string('Choose who is away')
        .nullable()
        .meta({ description: 'Code of the team; null for the partner’s own' }),
      role: z.enum(rolesWithAbsences, 'Choose who is away'),
      from: civilDate('First day away', 'Enter the first day away').meta({ format: 'date' }),
      until: civilDate('Last day away', 'Enter the last day away')
        .superRefine((on, context) => {
          if (on < today) context.addIssue({ code: 'custom', message: 'Last day away must be today or in the future' });
        })
        .meta({ description: 'The last day away; in London, and included', format: 'date' }),
    })
    .superRefine(
      ({ from, until }, context) => {
        if (from <= until) return;
        const message = 'Last day away must be the same as or after the first day away';
        context.addIssue({ code: 'custom', path: ['until'], message });
      },
      whenSound('from', 'until'),
    );
}
export type AbsenceForm = z.infer<ReturnType<typeof absenceSchema>>;

/** Somebody else changed the contacts since they were looked at. */
export class ChangedMeanwhile extends Refusal {
  constructor() {
    super(
      409,
      'Somebody else changed these contacts',
      'They were changed after you opened them, so yours were not saved. Look at them as they are now, and save again.',
    );
  }
}

/** Who changes something, and the id by which the same form sent twice is known. */
export interface Sender {
  readonly by: Actor;
  readonly submissionId: string;
}

/**
 * Saves the contacts of a partner and its teams. What is stored already is not saved again.
 * @throws ChangedMeanwhile if somebody else changed them since the version that was seen
 * @throws Invalid for a team that the partner does not have
 */
export async function changeContacts(
  partner: Partner,
  { version, contacts, teams }: ContactsForm,
  sender: Sender,
  deps: Dependencies,
): Promise<DirectoryEntry> {
  const unknown = Object.keys(teams).filter((code) => !partner.teams.some((team) => team.code === code));
  if (unknown.length > 0) {
    throw new Invalid(unknown.map((code) => ({ field: `teams.${code}`, message: 'The partner has no such team' })));
  }
  const entry = await entryOf(partner, deps);
  const wanted = { contacts, teams: { ...entry.teams, ...teams } };
  const roles = changedRoles(entry, wanted);
  if (roles.length === 0) return entry;
  if (entry.version !== version) throw new ChangedMeanwhile();
  const changed = await recordAndChange(entry, wanted, { act: 'contacts-changed', facts: { roles } }, sender, deps);
  if (changed === null) throw new ChangedMeanwhile();
  return changed;
}

/**
 * Sets from when until when a role is away. The same form sent twice sets one absence.
 * @throws Invalid for a role without a contact of its own, or one that is away already in that time
 */
export async function setAbsence(
  partner: Partner,
  { team, role, from, until }: AbsenceForm,
  sender: Sender,
  deps: Dependencies,
): Promise<DirectoryEntry> {
  const today = londonDateOf(deps.clock.now());
  const absence: Absence = { id: keyOf(sender), team, role, from, until };
  for (;;) {
    const entry = await entryOf(partner, deps);
    if (entry.absences.some(({ id }) => id === absence.id)) return entry;
    if (!awayRoles(entry).some((each) => each.team === team && each.role === role)) {
      const without = 'Choose a contact of the list: this one has no address of its own';
      throw new Invalid([{ field: 'role', message: without }]);
    }
    const other = entry.absences.find(
      (each) => each.team === team && each.role === role && each.from <= until && from <= each.until,
    );
    if (other !== undefined) {
      const known = `from ${formatDate(other.from)} until ${formatDate(other.until)}`;
      throw new Invalid([{ field: 'from', message: `Already set as away ${known}: end that first` }]);
    }
    const absences = [...entry.absences.filter((each) => each.until >= today), absence];
    const facts = { team, role, from, until };
    const changed = await recordAndChange(entry, { absences }, { act: 'absence-set', facts }, sender, deps);
    if (changed !== null) return changed;
  }
}

/** Ends an absence at once, or takes back one to come. @throws NotFound if there is no such absence (any more) */
export async function endAbsence(
  partner: Partner,
  absenceId: string,
  sender: Sender,
  deps: Dependencies,
): Promise<DirectoryEntry> {
  for (;;) {
    const entry = await entryOf(partner, deps);
    const absence = entry.absences.find(({ id }) => id === absenceId);
    if (absence === undefined) throw new NotFound();
    const { team, role, from, until } = absence;
    const absences = entry.absences.filter(({ id }) => id !== absenceId);
    const facts = { team, role, from, until };
    const changed = await recordAndChange(entry, { absences }, { act: 'absence-ended', facts }, sender, deps);
    if (changed !== null) return changed;
  }
}

const keyOf = ({ by, submissionId }: Sender): string => submissionKey(by.account ?? by.via, submissionId);

/** The contacts of a partner as they are now. @throws NotFound */
export async function entryOf({ code }: Partner, { store }: Pick<Dependencies, 'store'>): Promise<DirectoryEntry> {
  const entry = await store.directory.get(code);
  if (entry === null) throw new NotFound();
  return entry;
}

/**
 * Puts a change on record, then makes it, unless somebody else was faster: then null. The version is in the record's
 * key, so that a form that is sent again after that is a new act.
 */
async function recordAndChange(
  seen: DirectoryEntry,
  change: DirectoryChange,
  { act, facts }: { readonly act: AuditAct; readonly facts: AuditFacts },
  sender: Sender,
  { store, clock }: Dependencies,
): Promise<DirectoryEntry | null> {
  const { by } = sender;
  const at = clock.now();
  await store.audit.append({
    chain: 'directory',
    key: `${seen._id}/${seen.version + 1}/${keyOf(sender)}`,
    at,
    act,
    by,
    facts: { partner: seen._id, ...facts },
  });
  return store.directory.change(seen, change, { account: by.account, at });
}

/** `spoc`, `housing/deputy`: the roles whose address is another in the two. */
function changedRoles(before: Addresses, after: Addresses): string[] {
  const own = contactRoles.filter((role) => before.contacts[role] !== after.contacts[role]);
  const teams = Object.entries(after.teams).flatMap(([code, contacts]) =>
    rolesWithAbsences.filter((role) => before.teams[code]?.[role] !== contacts[role]).map((role) => `${code}/${role}`),
  );
  return [...own, ...teams];
}

/** The contacts of a partner and its teams that can be away: those that have an address of their own. */
export function awayRoles({ contacts, teams }: Addresses): { team: string | null; role: RoleWithAbsences }[] {
  const holders = [[null, contacts] as const, ...Object.entries(teams)];
  return holders.flatMap(([team, own]) =>
    rolesWithAbsences.filter((role) => own[role] !== null).map((role) => ({ team, role })),
  );
}

/** The partners with this in their name, or in that of a team; all of them for nothing. */
export function partnersNamed({ organisations }: Protocol, part: string): readonly Partner[] {
  const wanted = part.trim().toLowerCase();
  return organisations.filter((partner) =>
    [partner, ...partner.teams].some(({ name }) => name.toLowerCase().includes(wanted)),
  );
}

/** Whom nothing can be mailed to today: a partner, or a team of it, with neither a SPOC nor a deputy to be reached. */
export function unreachable({ teams }: Partner, entry: DirectoryEntry, on: IsoDate): (Team | null)[] {
  return [null, ...teams].filter(
    (team) => resolveIn(entry, { team: team?.code ?? null, role: 'spoc', on }).address === null,
  );
}
