/** The pages of the directory: all partners, one with its contacts, and the forms that change contacts and absences. */
import { randomUUID } from 'node:crypto';
import { londonDateOf } from '../../calendar';
import type { IsoDate } from '../../config/clock';
import type { Category, Partner, PartnerKind, Protocol } from '../../config/protocol';
import { categoriesOf, partnerByCode } from '../../config/protocol-rules';
import {
  isAway,
  isRefused,
  resolveIn,
  rolesWithAbsences,
  type Absence,
  type DirectoryEntry,
  type RoleWithAbsences,
} from '../../store/directory';
import type { WebDependencies } from '../dependencies';
import { dateOfParts } from '../forms/fields';
import { handlersOf, type Form } from '../forms/form';
import { actorOf } from '../http/actor';
import { typedOf, type Typed } from '../http/held';
import type { Limits } from '../http/limits';
import { Invalid, NotFound } from '../http/refusals';
import type { OnAnything, OnPartner, Routes, SignedIn } from '../http/routes';
import { may, mayOnPartner } from '../policy';
import {
  absenceSchema,
  awayRoles,
  changeContacts,
  ChangedMeanwhile,
  contactName,
  contactRoles,
  contactsSchema,
  endAbsence,
  entryOf,
  partnersNamed,
  setAbsence,
  unreachable,
  type AbsenceForm,
  type ContactRole,
  type ContactsForm,
} from '../processes/directory';

const kinds: Readonly<Record<PartnerKind, string>> = {
  'joint-controller': 'Joint controller',
  processor: 'Processor',
  signatory: 'Signatory',
};

export function directoryRoutes(routes: Routes, deps: WebDependencies, limits: Limits): void {
  const { store, protocol, clock } = deps;
  const today = (): IsoDate => londonDateOf(clock.now());
  const partnerOf = ({ request }: OnAnything): Partner => {
    const partner = partnerByCode(protocol, String(request.params['partner']));
    if (partner === undefined) throw new NotFound();
    return partner;
  };

  routes.signedIn('/directory', 'see-directory', {
    get: async ({ request, response, account }) => {
      const { q } = request.query;
      const query = typeof q === 'string' ? q.trim().slice(0, 200) : '';
      const entries = await store.directory.all();
      const rows = partnersNamed(protocol, query).map((partner) => ({
        ...partner,
        kind: kinds[partner.kind],
        reach: reachOf(partner, entries.find(({ _id }) => _id === partner.code), today()),
      }));
      response.render('directory/partners.njk', {
        rows,
        query,
        all: protocol.organisations.length,
        seesHealth: may(account, 'see-protocol-health'),
      });
    },
  });

  routes.signedIn('/directory/:partner', 'see-directory', {
    get: async (context) => {
      const { request, response, account } = context;
      const partner = partnerOf(context);
      const entry = await entryOf(partner, deps);
      const { notice } = request.session;
      delete request.session.notice;
      response.render('directory/partner.njk', {
        notice,
        partner,
        kind: kinds[partner.kind],
        reach: reachOf(partner, entry, today()),
        holders: holdersOf(partner, entry, protocol, today()),
        absences: absencesOf(partner, entry, protocol, today()),
        shares: categoriesOf(protocol, partner).map((category) => shareOf(category, partner)),
        mayEdit: may(account, 'edit-directory'),
        maySetAbsence: mayOnPartner(account, 'set-absence', partner.code),
      });
    },
  });

  const counted = async ({ account }: SignedIn): Promise<void> => limits.count('posts', account._id);

  const contacts = (partner: Partner): Form<SignedIn, ContactsForm> => ({
    view: 'directory/contacts.njk',
    fields: Object.fromEntries(
      ['version', ...inputsOf(partner).map(({ name }) => name)].map((name) => [name, () => name]),
    ),
    schema: () => contactsSchema,
    // An input that did not come is not taken for one that was emptied.
    read: (typed) => ({
      version: Number(typed['version']),
      contacts: Object.fromEntries(contactRoles.map((role) => [role, typed[`contacts.${role}`]])),
      teams: Object.fromEntries(
        partner.teams.map(({ code }) => [
          code,
          Object.fromEntries(rolesWithAbsences.map((role) => [role, typed[`teams.${code}.${role}`]])),
        ]),
      ),
    }),
    present: async (_context, typed) => {
      const entry = await entryOf(partner, deps);
      const inputs = inputsOf(partner).map(({ name, team, role }) => {
        const stored = addressIn(entry, team, role);
        return {
          name,
          team,
          label: contactName(protocol, role),
          value: typed[name] ?? stored ?? '',
          stored,
          isAnother: (typed[name] ?? '').trim() !== (stored ?? ''),
          isRefused: stored !== null && isRefused(entry, stored),
        };
      });
      return {
        partner,
        version: entry.version,
        groups: [null, ...partner.teams].map((team) => ({
          team,
          inputs: inputs.filter((input) => input.team === (team?.code ?? null)),
        })),
      };
    },
    submit: async (context, input, submissionId) => {
      await counted(context);
      const { request } = context;
      try {
        await changeContacts(partner, input, { by: actorOf(request, 'page', deps), submissionId }, deps);
      } catch (error) {
        if (!(error instanceof ChangedMeanwhile)) throw error;
        throw new Invalid([{ field: 'version', message: 'Somebody else changed these contacts: check them below' }]);
      }
      request.session.notice = 'contacts-changed';
      return `/directory/${partner.code}`;
    },
  });
  routes.signedIn('/directory/:partner/contacts', 'edit-directory', {
    get: async (context) => handlersOf(contacts(partnerOf(context))).get(context),
    post: async (context) => handlersOf(contacts(partnerOf(context))).post(context),
  });

  const absence = handlersOf<OnPartner, AbsenceForm>({
    view: 'directory/absences.njk',
    fields: { team: () => 'who', role: () => 'who', from: datePart('from'), until: datePart('until') },
    schema: () => absenceSchema({ today: today() }),
    read: (typed) => {
      const [role, team = null] = (typed['who'] ?? '').split('/').toReversed();
      return { team, role, from: dateOfParts(typed, 'from'), until: dateOfParts(typed, 'until') };
    },
    present: (context) => {
      const partner = partnerOf(context);
      const { entry } = context;
      return {
        partner,
        absences: absencesOf(partner, entry, protocol, today()),
        choices: awayRoles(entry).map(({ team, role }) => ({
          value: team === null ? role : `${team}/${role}`,
          text: roleInWords(partner, team, role, protocol),
        })),
      };
    },
    submit: async (context, input, submissionId) => {
      await counted(context);
      const { request, entry } = context;
      await setAbsence(partnerOf(context), input, { by: actorOf(request, 'page', deps), submissionId }, deps);
      request.session.notice = 'absence-set';
      return `/directory/${entry._id}`;
    },
  });
  routes.onPartner('/directory/:partner/absences', 'set-absence', absence);

  routes.onPartner('/directory/:partner/absences/:absence/end', 'set-absence', {
    get: (context) => {
      const partner = partnerOf(context);
      const ending = absencesOf(partner, context.entry, protocol, today()).find(
        ({ id }) => id === context.request.params['absence'],
      );
      if (ending === undefined) throw new NotFound();
      context.response.render('directory/end-absence.njk', { partner, absence: ending, submissionId: randomUUID() });
    },
    post: async (context) => {
      await counted(context);
      const { request, response, entry } = context;
      const sender = {
        by: actorOf(request, 'page', deps),
        submissionId: typedOf(request.body)['submissionId'] ?? randomUUID(),
      };
      await endAbsence(partnerOf(context), String(request.params['absence']), sender, deps);
      request.session.notice = 'absence-ended';
      response.redirect(303, `/directory/${entry._id}`);
    },
  });
}

const datePart = (name: string) => (typed: Typed) =>
  `${name}-${['day', 'month', 'year'].find((part) => !typed[`${name}-${part}`]) ?? 'day'}`;

/** Whether a mail for the partner, and for each team of it, reaches somebody today; the teams for which it does not. */
function reachOf(partner: Partner, entry: DirectoryEntry | undefined, on: IsoDate) {
  const without = entry === undefined ? [null] : unreachable(partner, entry, on);
  const own = without.includes(null);
  return {
    tag:
      without.length === 0
        ? { text: 'Reachable', classes: 'govuk-tag--green' }
        : { text: own ? 'Unreachable' : 'In part', classes: own ? 'govuk-tag--red' : 'govuk-tag--orange' },
    teamsWithout: own ? [] : without.flatMap((team) => (team === null ? [] : [team.name])),
  };
}

function roleInWords(partner: Partner, team: string | null, role: RoleWithAbsences, protocol: Protocol): string {
  const name = contactName(protocol, role);
  return team === null ? name : `${name}, ${partner.teams.find(({ code }) => code === team)?.name ?? team}`;
}

/** The inputs of the contacts' form: named after their place in the schema. */
function inputsOf({ teams }: Partner): { name: string; team: string | null; role: ContactRole }[] {
  return [
    ...contactRoles.map((role) => ({ name: `contacts.${role}`, team: null, role })),
    ...teams.flatMap(({ code }) =>
      rolesWithAbsences.map((role) => ({ name: `teams.${code}.${role}`, team: code, role })),
    ),
  ];
}

function addressIn(entry: DirectoryEntry, team: string | null, role: ContactRole): string | null {
  if (team === null) return entry.contacts[role];
  return role === 'spoc' || role === 'deputy' ? (entry.teams[team]?.[role] ?? null) : null;
}

/** The partner and each of its teams with their contacts, as they are today. */
function holdersOf(partner: Partner, entry: DirectoryEntry, protocol: Protocol, on: IsoDate) {
  return [null, ...partner.teams].map((team) => ({
    name: team?.name ?? null,
    contacts: (team === null ? contactRoles : rolesWithAbsences).map((role) => {
      const code = team?.code ?? null;
      const address = addressIn(entry, code, role);
      const away = role !== 'breach' && address !== null && isAway(entry.absences, code, role, on);
      const standsIn = role === 'spoc' ? resolveIn(entry, { team: code, role, on }).address : null;
      return {
        name: contactName(protocol, role),
        address,
        refusedAt: entry.refused.find((each) => each.address === address)?.at,
        away,
        standsIn,
        // What a team has none of, its partner's is taken for.
        isPartners: team !== null && address === null,
      };
    }),
  }));
}

/** The absences that have not ended, the first to begin first. */
function absencesOf(partner: Partner, entry: DirectoryEntry, protocol: Protocol, on: IsoDate) {
  return entry.absences
    .filter(({ until }) => until >= on)
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
    .map((absence: Absence) => ({
      ...absence,
      who: roleInWords(partner, absence.team, absence.role, protocol),
      hasBegun: absence.from <= on,
      standsIn: resolveIn(entry, { ...absence, on: absence.from <= on ? on : absence.from }).address,
    }));
}

function shareOf({ name, sharedAs, sharedBy }: Category, partner: Partner) {
  const teams = sharedBy.flatMap((sharer) =>
    sharer.partner === partner.code && sharer.team !== undefined ? [sharer.team] : [],
  );
  return {
    name,
    personal: sharedAs === 'personal',
    teams: partner.teams.filter(({ code }) => teams.includes(code)).map((team) => team.name),
  };
}
