/** Many open cases, for what is measured beside them. */
import { Background } from '../api/background';
import type { CaseDependencies } from '../api/cases/dependencies';
import { openInformationRequest, requestSchema } from '../api/processes/information-request/request';
import { londonDateOf } from '../calendar';
import { systemClock, type IsoDate } from '../config/clock';
import { createLogger } from '../config/logger';
import { Dispatch } from '../dispatch';
import { officer, requestReceived, type Office } from './office';

/** Opened at once; the next ones once these have their workflows and mails. */
const batch = 500;
const atOnce = 20;

/** @param open opens one, and gives its reference */
export async function openMany(
  count: number,
  office: Office,
  progress: (line: string) => void,
  open: (index: number) => Promise<string>,
): Promise<string[]> {
  const all: string[] = [];
  while (all.length < count) {
    progress(`  ${all.length} of ${count} cases are open`);
    const left = Array.from({ length: Math.min(batch, count - all.length) }, (_, index) => all.length + index);
    const refs: string[] = [];
    const lane = async (): Promise<void> => {
      for (let index = left.shift(); index !== undefined; index = left.shift()) refs.push(await open(index));
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    await office.underWay(refs, 300_000);
    all.push(...refs);
  }
  return all;
}

/** Opens cases as the web does, by its own command, but without HTTP and its limits: opening is not what is measured. */
export async function opener(office: Office) {
  const { client } = office;
  const { store, protocol, holidays } = await office.store();
  const account = await store.accounts.byUsername(officer);
  if (account === null) throw new Error(`There is no account ${officer} among the demo accounts.`);
  // What is not started at once, the worker's sweep starts: no fault, and it is waited for.
  const logger = createLogger('bench', 'error');
  const shared = { store, clock: systemClock, logger, holidays: { current: () => holidays } };
  const background = new Background(logger);
  const deps: CaseDependencies = { ...shared, protocol, background, dispatch: new Dispatch({ ...shared, protocol, client }) };
  const schema = requestSchema({ protocol, opener: account, today: londonDateOf(systemClock.now()) });
  const by = { account: account._id, via: 'api', from: null } as const;
  return {
    holidays,
    open: async (receivedOn: IsoDate): Promise<string> => {
      const opening = { account, by, submissionId: crypto.randomUUID() };
      return (await openInformationRequest(schema.parse(requestReceived(receivedOn)), opening, deps))._id;
    },
    close: () => background.settled(),
  };
}
