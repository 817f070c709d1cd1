/**
 * When the controllers of a breached copy became aware of it: each has its own 72 hours by law, from then (UK GDPR, Article
 * 33(1); Data Protection Act 2018, section 67(1)). Asked for all of them together, or for each.
 */
import { z } from 'zod';
import type { IsoInstant } from '../../../config/clock';
import type { Protocol } from '../../../config/protocol-types';
import { partnerName } from '../../../config/protocol-rules';
import { awareFirst } from '../../cases/dates';
import { momentInputIn, momentOfParts, pastMoment } from '../../forms/moments';
import type { Typed } from '../../http/held';

export const awareTogether = (now: IsoInstant) => pastMoment({ day: 'Day of awareness', what: 'the controller became aware' }, now);

/** By the codes of the protocol, so that each error says of whom it is. */
export const awareEach = (protocol: Protocol, now: IsoInstant) =>
  z
    .strictObject(
      Object.fromEntries(
        protocol.organisations.map(({ code, name }) => [
          code,
          pastMoment({ day: `Day of awareness of ${name}`, what: `${name} became aware` }, now).optional(),
        ]),
      ),
    )
    .default({});

interface Awareness {
  readonly detected: IsoInstant;
  readonly controllers: readonly string[];
  readonly aware?: IsoInstant | undefined;
  readonly awareOf: Readonly<Record<string, IsoInstant | undefined>>;
}

/** @throws Error where the schema has let through a controller without one */
export function awareAt({ aware, awareOf }: Pick<Awareness, 'aware' | 'awareOf'>, controller: string): IsoInstant {
  const at = awareOf[controller] ?? aware;
  if (at === undefined) throw new Error(`It is not known when ${controller} became aware.`);
  return at;
}

type Given = readonly (readonly [code: string, at: IsoInstant])[];
const givenIn = (awareOf: Awareness['awareOf']): Given =>
  Object.entries(awareOf).flatMap(([code, at]) => (at === undefined ? [] : [[code, at] as const]));

/** Nobody became aware of what was not detected yet. */
export function refuseAwareFirst(
  { detected, aware, awareOf }: Pick<Awareness, 'detected' | 'aware' | 'awareOf'>,
  context: z.RefinementCtx,
  protocol: Protocol,
): void {
  const check = (path: string[], who: string, at: IsoInstant): void => {
    if (Date.parse(at) < Date.parse(detected)) context.addIssue({ code: 'custom', path, message: awareFirst(who, detected) });
  };
  if (aware !== undefined) check(['aware'], 'The controller', aware);
  for (const [code, at] of givenIn(awareOf)) check(['awareOf', code], partnerName(protocol, code), at);
}

/** Each controller became aware at some time, and nobody else is asked for one. */
export function refuseMissingAwareness({ controllers, aware, awareOf }: Awareness, context: z.RefinementCtx, protocol: Protocol): void {
  const refuse = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
  const given = givenIn(awareOf).map(([code]) => code);
  for (const code of given.filter((each) => !controllers.includes(each))) refuse(['awareOf', code], notController(protocol, code));
  if (aware !== undefined) return;
  if (given.length === 0) refuse(['aware'], 'Enter when the controller became aware');
  else for (const code of controllers.filter((each) => !given.includes(each))) refuse(['awareOf', code], `Enter when ${partnerName(protocol, code)} became aware`);
}

export const notController = (protocol: Protocol, code: string): string => `${partnerName(protocol, code)} is no controller of the breached copy`;

/** A check of several fields is made as soon as each of them is sound. */
export const onceSound = (...fields: readonly string[]): z.core.$ZodSuperRefineParams => ({
  // An issue of no field is of the whole: then there are none.
  when: ({ issues }) => !issues.some(({ path = [] }) => path.length === 0 || fields.includes(String(path[0]))),
});

/** The input of one controller. */
export const awareInput = (code: string): string => `aware-${code}`;

/** The input that an error of one controller leads to: `awareOf.probation.time`. */
export function awareField(field: string, typed: Typed): string | undefined {
  const [name, code = '', part] = field.split('.');
  return name === 'awareOf' ? momentInputIn(typed, awareInput(code), part) : undefined;
}

/** What a page has of each controller that it asks for. */
export const awareOfTyped = (typed: Typed, controllers: readonly string[]): object =>
  Object.fromEntries(controllers.map((code) => [code, momentOfParts(typed, awareInput(code))]));
