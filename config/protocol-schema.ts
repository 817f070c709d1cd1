import { z } from 'zod';
import type { IsoDate } from './clock';
import { clocks, clockSettingsFaults } from './clocks';
import { ladderRoles, type ClockId, type ClockSettings } from './policy';
import { identifiabilities, partnerKinds, protocolProcesses, regimes, type Sharer } from './protocol-types';
import { roles } from './roles';

// The shape of a protocol file. An `error` here ends the sentence "expected ..."; what ties one part of the file to
// another is in protocol-references.ts.

const text = z.string().trim().min(1, 'some text');
const note = text.exactOptional();
const isoDate = z.iso.date('a date that exists, such as 2026-04-13').transform((date) => date as IsoDate);

/** Partner codes go into a Temporal KeywordList of bounded size, hence 12. */
export const code = z
  .string()
  .regex(/^(?=.{2,12}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'a code of 2 to 12 lower-case letters, digits and hyphens');
const slug = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'a name of lower-case letters, digits and hyphens');
const address = z.email('an e-mail address, or null where there is none').nullable();

const contacts = z.strictObject({ spoc: address, deputy: address, 'governance-lead': address, breach: address });

const partner = z.strictObject({
  code,
  name: text,
  kind: z.enum(partnerKinds),
  publicAuthority: z.boolean(),
  publicAuthorityNote: note,
  competentAuthority: z.boolean().default(false),
  icoReference: text.nullable(),
  signed: z.boolean(),
  signedOn: isoDate.nullable(),
  signedNote: note,
  withdrawnOn: isoDate.exactOptional(),
  sharers: note,
  contacts,
  teams: z
    .array(z.strictObject({ code, name: text, contacts: contacts.pick({ spoc: true, deputy: true }) }))
    .default([]),
});

/** `thurrock`, or `thurrock/housing` for one of its teams. */
const sharer = z
  .string()
  .regex(/^[a-z0-9-]+(\/[a-z0-9-]+)?$/, 'a partner code, or partner/team')
  .transform((value): Sharer => {
    const [of = '', team] = value.split('/');
    return team === undefined ? { partner: of } : { partner: of, team };
  });

const workingDays = z.strictObject({ workingDays: z.int().min(1) });
const hours = z.strictObject({ hours: z.int().min(1) });

/** A clock's own settings, put over those of the table: together they must be a clock that can be counted. */
function ownClock<T extends z.ZodRawShape>(clock: ClockId, shape: T) {
  return z
    .strictObject(shape)
    .superRefine((own, context) => {
      for (const fault of clockSettingsFaults({ ...clocks[clock], ...(own as Partial<ClockSettings>) })) {
        context.addIssue(`settings that can be counted: ${fault}`);
      }
    })
    .exactOptional();
}

/** What a partnership may set; the other clocks are set by statute. */
const ownClocks = {
  'information-request': ownClock('information-request', {
    length: workingDays,
    extendedLength: workingDays.exactOptional(),
  }),
  'asb-case-review-request': ownClock('asb-case-review-request', { length: workingDays }),
  'subject-access-law-enforcement': ownClock('subject-access-law-enforcement', {
    countedFrom: z.enum(['day-of-start', 'day-after-start']),
  }),
  'processor-objection': ownClock('processor-objection', { length: workingDays }),
  withdrawal: ownClock('withdrawal', { length: z.strictObject({ calendarDays: z.int().min(1) }) }),
  'breach-partners': ownClock('breach-partners', { length: hours }),
} satisfies { [clock in ClockId]?: z.ZodType };

const to = z.array(z.enum(ladderRoles)).min(1);
const dateRung = z.strictObject({ step: slug, offset: z.strictObject({ workingDays: z.int() }), to });
const hourRung = z.strictObject({ step: slug, offset: z.strictObject({ hours: z.int() }), to });
const dateLadder = z.array(dateRung).min(1);
const hourLadder = z.array(hourRung).min(1);

const retention = z.strictObject({ months: z.int().min(1) });

export const protocolSchema = z.strictObject({
  name: text,
  title: text,
  version: text,
  versionOn: isoDate,
  reviewOn: isoDate,
  reviewNote: note,
  contactPoint: z.strictObject({ title: text, partner: code, address }),
  organisations: z.array(partner).min(2),
  categories: z
    .array(
      z.strictObject({
        code: slug,
        name: text,
        sharedAs: z.enum(identifiabilities),
        sharedBy: z.array(sharer).min(1),
      }),
    )
    .min(1),
  legalBases: z
    .array(z.strictObject({ code: slug, regime: z.enum(regimes), name: text, provision: text }))
    .min(1),
  statutes: z.array(z.strictObject({ code: slug, name: text, repealed: z.boolean().default(false), note })).min(1),
  rights: z.array(z.strictObject({ code: slug, name: text, provision: text, summary: text })).min(1),
  clocks: z.strictObject(ownClocks).default({}),
  ladders: z.strictObject({
    'information-request': dateLadder,
    'asb-case-review': dateLadder,
    'subject-access': dateLadder,
    breach: hourLadder,
    'breach-ico': hourLadder,
    'breach-view': hourLadder,
    'breach-telling': hourLadder,
    'subject-access-reply': dateLadder,
    withdrawal: dateLadder,
    'processor-objection': dateLadder,
    'information-access': dateLadder,
    'information-access-reply': dateLadder,
  }),
  settings: z.strictObject({
    closeAfterLastAnswer: workingDays,
    questionBackPausesClock: z.boolean(),
    qualifyingComplaints: z.int().min(1).max(3),
    answersBeforePanel: workingDays,
    applicantToldWithin: workingDays,
    dissatisfiedWithin: workingDays,
    lookedAtAgainWithin: workingDays,
    breachCutOff: hours,
    breachOwnerDecides: hours,
  }),
  retention: z.strictObject({
    toConfirm: z.boolean(),
    note,
    default: z.record(z.enum(protocolProcesses), retention),
    partners: z.record(z.string(), z.partialRecord(z.enum(protocolProcesses), retention)).default({}),
  }),
  roles: z.record(z.enum(roles), z.strictObject({ title: text, note })),
});
