/** The behaviours whose histories are kept: how each is brought about on the time-skipping server. */
import { updates } from '../../workflows/information-request/contract';
import type { TimeSkipping } from '../support/time-skipping';
import { day, hour, withCase, type RunningCase, type World } from '../workflows/support';

export interface Scenario {
  readonly name: string;
  readonly dueInDays: number;
  readonly partners?: readonly string[];
  readonly prepare?: (world: World) => void;
  readonly play: (running: RunningCase, server: TimeSkipping) => Promise<void>;
}

const deliver = ({ handle }: RunningCase, answer: { readonly id: string }): Promise<unknown> =>
  handle.executeUpdate(updates.answerTask, { updateId: answer.id, args: [{ answer }] as never });
const act = ({ handle }: RunningCase, name: string): Promise<unknown> =>
  handle.executeUpdate(name, { args: [{ by: 'account-1' }] as never });
const past = async ({ dueAt }: RunningCase, { env }: TimeSkipping, days: number): Promise<void> =>
  env.sleep(dueAt + days * day - (await env.currentTimeMs()));

export const scenarios: readonly Scenario[] = [
  {
    name: 'information-request-answered-and-confirmed',
    dueInDays: 14,
    play: async (running, { env }) => {
      await env.sleep(2 * day);
      await deliver(running, running.world.store(running.ref, 'T1', running.openedAt + 2 * day, 'shared-in-full'));
      await act(running, updates.confirmAnswers);
      await running.handle.result();
    },
  },
  {
    name: 'information-request-answered-and-not-contested',
    dueInDays: 14,
    play: async (running, { env }) => {
      await env.sleep(day);
      await deliver(running, running.world.store(running.ref, 'T1', running.openedAt + day));
      await running.handle.result();
    },
  },
  {
    name: 'information-request-silent-through-every-rung',
    dueInDays: 14,
    play: async (running, server) => {
      await past(running, server, 9);
      await act(running, updates.closeUnanswered);
      await running.handle.result();
    },
  },
  {
    name: 'information-request-received-in-the-past',
    dueInDays: -5,
    play: async (running, server) => {
      await server.env.sleep(hour);
      await deliver(running, running.world.store(running.ref, 'T1', running.openedAt + hour, 'refused'));
      await act(running, updates.confirmAnswers);
      await running.handle.result();
    },
  },
  {
    name: 'information-request-stored-answer-beats-the-timer',
    dueInDays: 14,
    play: async (running, server) => {
      await past(running, server, -0.5);
      running.world.store(running.ref, 'T1', running.dueAt - 60_000);
      await running.handle.result();
    },
  },
  {
    name: 'information-request-mail-outage',
    dueInDays: 14,
    play: async (running, server) => {
      await past(running, server, 0.3);
      running.world.mailDownUntil = running.dueAt + 0.6 * day;
      await past(running, server, 3);
      await deliver(running, running.world.store(running.ref, 'T1', running.dueAt + 3 * day));
      await act(running, updates.confirmAnswers);
      await running.handle.result();
    },
  },
  {
    name: 'information-request-two-partners-one-without-address',
    dueInDays: 14,
    partners: ['essex-police', 'probation'],
    prepare: (world) => world.withoutAddress.add('deputy'),
    play: async (running, server) => {
      await deliver(running, running.world.store(running.ref, 'T1', running.openedAt + hour));
      await act(running, updates.confirmAnswers).catch(() => undefined); // refused: one has not answered
      await past(running, server, 9);
      await act(running, updates.closeUnanswered);
      await running.handle.result();
    },
  },
];

/** Plays a scenario to its end. */
export async function play(scenario: Scenario, server: TimeSkipping, after: (running: RunningCase) => Promise<void>): Promise<void> {
  await withCase(server, scenario, async (running) => {
    await scenario.play(running, server);
    await after(running);
  });
}
