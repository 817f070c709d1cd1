/** The directory and the protocol's health: the same schemas and commands as their pages. */
import { z } from 'zod';
import { londonDateOf } from '../../calendar';
import type { IsoDate } from '../../config/clock';
import { identifiabilities, partnerKinds, type Partner } from '../../config/protocol';
import { categoriesOf, partnerByCode } from '../../config/protocol-rules';
import { rolesWithAbsences, type DirectoryEntry } from '../../store/directory';
import { NotFound } from '../http/refusals';
import {
  absenceSchema,
  changeContacts,
  contactsSchema,
  endAbsence,
  entryOf,
  partnersNamed,
  setAbsence,
  unreachable,
} from '../processes/directory';
import { lookAtHealth, urgencies } from '../processes/protocol-health';
import { route, type ApiDependencies, type ApiRoute } from './route';

const date = z.string().meta({ format: 'date' });
const instant = z.string().meta({ format: 'date-time' });
const address = z.string().nullable().meta({ description: 'Null where there is none' });
const teamContacts = z.object({ spoc: address, deputy: address });

const summarySchema = z
  .object({
    code: z.string(),
    name: z.string(),
    kind: z.enum(partnerKinds),
    publicAuthority: z.boolean(),
    signedOn: date.nullable().meta({ description: 'Null if it has not signed, or signed without a date' }),
    signedFrom: date.nullable().meta({ description: 'From when its signature counts; null if it has not signed' }),
    withdrawnOn: date
      .nullable()
      .meta({ description: 'The first day on which it is a former partner; null if it has not withdrawn' }),
    reachable: z
      .boolean()
      .meta({ description: 'Whether mail for it, and for each of its teams, reaches somebody today' }),
  })
  .meta({ id: 'PartnerSummary' });

const partnerSchema = summarySchema
  .extend({
    icoReference: z.string().nullable(),
    version: z.int().meta({ description: 'To be sent with a change of the contacts' }),
    changedAt: instant.nullable(),
    contacts: z.object({ spoc: address, deputy: address, 'governance-lead': address, breach: address }),
    teams: z.array(z.object({ code: z.string(), name: z.string(), contacts: teamContacts })),
    refused: z
      .array(z.object({ address: z.string(), at: instant }))
      .meta({ description: 'Addresses that the mail server refused; not used until they are changed' }),
    absences: z.array(
      z.object({
        id: z.string(),
        team: z.string().nullable(),
        role: z.enum(rolesWithAbsences),
        from: date,
        until: date,
      }),
    ),
    shares: z
      .array(
        z.object({
          code: z.string(),
          name: z.string(),
          sharedAs: z.enum(identifiabilities),
          teams: z.array(z.string()).meta({ description: 'The teams that share it; empty for the partner as a whole' }),
        }),
      )
      .meta({ description: 'What section 2 lists; where it is empty, asking needs a written justification' }),
  })
  .meta({ id: 'Partner' });

const healthSchema = z
  .object({
    findings: z.array(
      z.object({
        code: z.string(),
        urgency: z.enum(urgencies),
        what: z.string(),
        todo: z.string(),
        items: z.array(z.object({ name: z.string(), detail: z.string().optional(), href: z.string().optional() })),
      }),
    ),
    watchdogLookedAt: instant.nullable(),
  })
  .meta({ id: 'ProtocolHealth' });

export const directoryRoutes = (deps: ApiDependencies): readonly ApiRoute[] => {
  const { store, protocol, clock } = deps;
  const today = (): IsoDate => londonDateOf(clock.now());
  const partnerOf = (code: unknown): Partner => {
    const partner = partnerByCode(protocol, String(code));
    if (partner === undefined) throw new NotFound();
    return partner;
  };
  const summaryOf = (partner: Partner, entry: DirectoryEntry | undefined): z.infer<typeof summarySchema> => {
    const { code, name, kind, publicAuthority, signedOn, signedFrom, withdrawnOn = null } = partner;
    const reachable = entry !== undefined && unreachable(partner, entry, today()).length === 0;
    return { code, name, kind, publicAuthority, signedOn, signedFrom, withdrawnOn, reachable };
  };
  const shown = (partner: Partner, entry: DirectoryEntry): z.infer<typeof partnerSchema> => ({
    ...summaryOf(partner, entry),
    icoReference: partner.icoReference,
    version: entry.version,
    changedAt: entry.changedAt,
    contacts: { ...entry.contacts },
    teams: partner.teams.map(({ code, name }) => ({
      code,
      name,
      contacts: { spoc: entry.teams[code]?.spoc ?? null, deputy: entry.teams[code]?.deputy ?? null },
    })),
    refused: [...entry.refused],
    absences: entry.absences.filter(({ until }) => until >= today()),
    shares: categoriesOf(protocol, partner).map(({ code, name, sharedAs, sharedBy }) => ({
      code,
      name,
      sharedAs,
      teams: sharedBy.flatMap((sharer) =>
        sharer.partner === partner.code && sharer.team !== undefined ? [sharer.team] : [],
      ),
    })),
  });

  return [
    route({
      method: 'get',
      path: '/directory',
      access: 'see-directory',
      scope: 'directory:read',
      summary: 'The partners of the protocol',
      query: z.strictObject({
        q: z.string().max(200).default('').meta({ description: 'A part of the name of a partner or a team' }),
      }),
      answers: { 200: ['Partners', z.object({ partners: z.array(summarySchema) }).meta({ id: 'PartnerList' })] },
      handle: async ({ query }) => {
        const entries = await store.directory.all();
        const partners = partnersNamed(protocol, query.q).map((partner) =>
          summaryOf(partner, entries.find(({ _id }) => _id === partner.code)),
        );
        return { status: 200, body: { partners } };
      },
    }),
    route({
      method: 'get',
      path: '/directory/:partner',
      access: 'see-directory',
      scope: 'directory:read',
      summary: 'One partner with its contacts, absences and what it shares',
      answers: { 200: ['The partner', partnerSchema] },
      handle: async ({ request }) => {
        const partner = partnerOf(request.params['partner']);
        return { status: 200, body: shown(partner, await entryOf(partner, deps)) };
      },
    }),
    route({
      method: 'put',
      path: '/directory/:partner/contacts',
      access: 'edit-directory',
      scope: 'directory:write',
      summary: 'Change the contacts of a partner and its teams',
      body: contactsSchema.meta({ id: 'Contacts' }),
      answers: { 200: ['The partner', partnerSchema] },
      problems: { 409: 'Somebody else changed them since the version that was seen' },
      handle: async ({ request, body, by, submissionId }) => {
        const partner = partnerOf(request.params['partner']);
        return { status: 200, body: shown(partner, await changeContacts(partner, body, { by, submissionId }, deps)) };
      },
    }),
    route({
      method: 'post',
      path: '/directory/:partner/absences',
      access: 'set-absence',
      scope: 'directory:write',
      summary: 'Set from when until when a contact is away',
      body: absenceSchema({ today: '1900-01-01' as IsoDate }).meta({ id: 'Absence' }),
      bodyFor: () => absenceSchema({ today: today() }),
      answers: { 201: ['The partner', partnerSchema] },
      handle: async ({ entry, body, by, submissionId }) => {
        const partner = partnerOf(entry._id);
        const changed = await setAbsence(partner, body, { by, submissionId }, deps);
        return { status: 201, body: shown(partner, changed), location: `/directory/${partner.code}` };
      },
    }),
    route({
      method: 'post',
      path: '/directory/:partner/absences/:absence/end',
      access: 'set-absence',
      scope: 'directory:write',
      summary: 'End an absence at once, or take back one to come',
      parameters: { absence: ['The id of the absence', '5b0c1f7e2d9a4c3b8f6e1d2c3b4a5968'] },
      answers: { 200: ['The partner', partnerSchema] },
      handle: async ({ request, entry, by, submissionId }) => {
        const partner = partnerOf(entry._id);
        const changed = await endAbsence(partner, String(request.params['absence']), { by, submissionId }, deps);
        return { status: 200, body: shown(partner, changed) };
      },
    }),
    route({
      method: 'get',
      path: '/protocol-health',
      access: 'see-protocol-health',
      scope: 'directory:read',
      summary: 'What of the protocol, its contacts and its clocks is wrong, or soon will be',
      answers: { 200: ['What was found, the most urgent first', healthSchema] },
      handle: async () => {
        const { findings: found, watchdog } = await lookAtHealth(deps);
        const findings = found.map((finding) => ({ ...finding, items: [...finding.items] }));
        return { status: 200, body: { findings, watchdogLookedAt: watchdog?.lookedAt ?? null } };
      },
    }),
  ];
};
