/** When mail that the mail server did not take is tried again: half a minute after the first, whatever else waits with it. */
import type { Notice, WorkReport } from '../../workflows/shared/contract';
import { caseNotice } from '../../workflows/shared/ladder';
import { retryMail, takeReport } from '../../workflows/shared/order';
import { informationRequestRules as rules } from '../../workflows/information-request/rules';
import { day, inputFor } from './support';

const opened = Date.parse('2026-04-09T09:00:00.000Z');
const second = 1_000;
const news = (number: number): Notice => caseNotice(`news-${number}`, ['requester']);
const notTaken = (...deferred: Notice[]): WorkReport => ({ deferred, undeliverable: [] });
const told = (): void => undefined;

function caseWithout() {
  const state = rules.open(inputFor('IR-2026-0001', ['essex-police'], opened + 14 * day), opened);
  state.notices = [];
  return state;
}

test('what is put off while other mail waits goes with it: several answers in one outage are one try', () => {
  const state = caseWithout();
  for (const number of [1, 2, 3, 4]) takeReport(state, notTaken(news(number)), opened + number * second, told);
  expect(state.outbox).toEqual({ notices: [1, 2, 3, 4].map(news), retryAt: opened + 31 * second, tries: 1 });
});

test('each try that fails doubles the wait, and one that succeeds ends it', () => {
  const state = caseWithout();
  takeReport(state, notTaken(news(1), news(2)), opened, told);
  retryMail(state, opened + 29 * second);
  expect(state.notices).toEqual([]);
  retryMail(state, opened + 30 * second);
  expect(state.notices).toEqual([news(1), news(2)]);
  takeReport(state, notTaken(news(2)), opened + 30 * second, told);
  expect(state.outbox).toEqual({ notices: [news(2)], retryAt: opened + 90 * second, tries: 2 });
  retryMail(state, opened + 90 * second);
  takeReport(state, notTaken(), opened + 90 * second, told);
  expect(state.outbox).toBeNull();
});
