/**
 * What the disclosure register proposes as items: what others gave to this partner in cases in which the person is named. Found
 * for whoever may look for a person, and on record each time.
 */
import { partnerName } from '../../config/protocol-rules';
import { answerKey } from '../../store/answers';
import type { WebDependencies } from '../dependencies';
import type { Disclosure } from '../../store/disclosures';
import { lineInWords } from '../disclosure-lines';
import { actorOf } from '../http/actor';
import type { Typed } from '../http/held';
import { Invalid } from '../http/refusals';
import type { SignedIn } from '../http/routes';
import { may } from '../policy';
import { findPerson, personSchema } from '../persons';
import { conditionsOf, handlingOf, linesInForce, type Handling } from './handling';
import type { ItemForm } from './items';

export const proposedInput = 'proposed[]';

const wordsOf = (ticked: string | undefined): string[] => (ticked ?? '').split(' ').filter((word) => word !== '');

/** An item as it is proposed. */
interface Proposed {
  readonly originator: string;
  readonly description: string;
}

/** Proposals are ticked by who gave it and in which answer: `essex-police/IR-2026-0001/answer/T1/1`. */
function proposedIn(ticked: string): Proposed {
  const [originator = '', caseRef = '', , task = '', version = ''] = ticked.split('/');
  return { originator, description: `What was given in ${caseRef} (answer ${version} to ${task})` };
}

const isOfRegister = /^What was given in ([A-Z]+-\d{4}-\d+) \(answer (\d+) to (T\d+)\)$/;

/** The line of the register that an item was proposed from; null for one that was typed. */
function lineOf(description: string): string | null {
  const [, caseRef, version, task = ''] = isOfRegister.exec(description) ?? [];
  return caseRef === undefined ? null : `${caseRef}/${answerKey(task, Number(version))}`;
}

/**
 * How an item that the register proposed is to be handled, by its description: it was given on these conditions, and whoever
 * decides whether to disclose it is to know. Of what was given to this partner only.
 */
export async function handlingFrom(
  descriptions: readonly string[],
  whose: Parameters<typeof handlingOf>[1],
  deps: Parameters<typeof handlingOf>[2],
): Promise<(description: string) => Handling | null> {
  const known = await handlingOf(descriptions.flatMap((description) => lineOf(description) ?? []), whose, deps);
  return (description) => known.get(lineOf(description) ?? '') ?? null;
}

/** The conditions on which an item was given; null where it is not of the register. */
export async function conditionsOfItem(description: string, receiver: string, deps: Pick<WebDependencies, 'store'>): ReturnType<typeof conditionsOf> {
  const id = lineOf(description);
  return id === null ? null : conditionsOf(id, receiver, deps);
}

/** Which partner has given, by the register, what is said to be the receiver's own. @throws Invalid */
export async function refuseOwnOfRegister(
  items: readonly ItemForm[],
  receiver: string,
  { store, protocol }: Pick<WebDependencies, 'store' | 'protocol'>,
): Promise<void> {
  const own = items.flatMap(({ originator, description }) => (originator === null ? (lineOf(description) ?? []) : []));
  const lines = await linesInForce(own, receiver, { store });
  const givenBy = ({ originator, description }: ItemForm): string | undefined =>
    originator === null ? lines.get(lineOf(description) ?? '')?.from.partner : undefined;
  const index = items.findIndex((item) => ![undefined, receiver].includes(givenBy(item)));
  const giver = items.map(givenBy)[index];
  if (giver === undefined) return;
  const message = `By the disclosure register ${partnerName(protocol, giver)} gave this: choose that it came from there`;
  throw new Invalid([{ field: `items.${index}.originator`, message }]);
}

/** An item in a draft to the applicant: that there is a case in which something was given is not the applicant's to know. */
export const itemForApplicant = (description: string): string =>
  lineOf(description) === null ? description : '[Say what this is. Do not name the case in which it was given.]';

/** The items that were ticked. */
export const tickedIn = (typed: Typed): readonly Proposed[] => wordsOf(typed[proposedInput]).map(proposedIn);

/** @param known what is on record already, and is not proposed again */
export async function proposalsFor(
  { account, request }: SignedIn,
  { name, typed, known = [] }: { readonly name: string; readonly typed: Typed; readonly known?: readonly { readonly description: string }[] },
  deps: WebDependencies,
) {
  const query = personSchema(deps.clock.now()).safeParse({ purpose: 'subject-access', name });
  if (!may(account, 'find-person') || !query.success) return { isSearched: false, isAllKnown: false, lines: [] };
  const by = actorOf(request, 'page', deps);
  const found = await findPerson(query.data, account, by, deps);
  const given = found.flatMap(({ disclosures }) => disclosures).filter(({ from, to }) => to.partner === account.partner && from.partner !== account.partner);
  // What was corrected is one proposal, by its newest version.
  const holding = await linesInForce(given.map(({ _id }) => _id), account.partner, deps);
  const newest = [...new Set(given.flatMap(({ _id }) => holding.get(_id) ?? []))];
  const holdingFor = (id: string | null): string | undefined => holding.get(id ?? '')?._id;
  const handling = await handlingOf(newest.map(({ _id }) => _id), { account, by, receiver: account.partner }, deps);
  const ticked = wordsOf(typed[proposedInput]).map((value) => holdingFor(lineOf(proposedIn(value).description)));
  // Also one that was given another originator since: it would be asked about again, of a partner that it did not come from.
  const isKnown = ({ _id }: Disclosure): boolean => known.some(({ description }) => holdingFor(lineOf(description)) === _id);
  const lines = newest.filter((line) => !isKnown(line)).map((line) => {
    const { from, categories, disclosedAt } = lineInWords(line, deps.protocol);
    const { conditions = [], corrected = '' } = handling.get(line._id) ?? {};
    return { value: `${line.from.partner}/${line._id}`, caseRef: line.caseRef, from, categories, disclosedAt, handling: conditions, corrected, checked: ticked.includes(line._id) };
  });
  return { isSearched: true, isAllKnown: newest.length > 0 && lines.length === 0, lines };
}
