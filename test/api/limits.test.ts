/** Two webs beside each other count what is tried together, in the one store that both have. */
import { Limits, type Limit } from '../../api/http/limits';
import { TooMany } from '../../api/http/refusals';
import { describeWithDatabase } from '../support/database';
import { startWeb, type Web } from './support';

describeWithDatabase('limits over two webs', () => {
  let web: Web;
  beforeAll(async () => {
    web = await startWeb(undefined, { parts: ['mongo'], env: { SMTP_URL: 'smtp://127.0.0.1:9' } });
  }, 300_000);
  afterAll(() => web.close());

  /** Tries one after the other at each of two webs, and says how many were let through. */
  async function letThrough(limit: Limit, of: string, tries: number): Promise<number> {
    const webs = [new Limits(web.deps), new Limits(web.deps)];
    let through = 0;
    for (let number = 0; number < tries; number += 1) {
      await webs[number % 2]?.count(limit, of).then(
        () => (through += 1),
        (error: unknown) => {
          if (!(error instanceof TooMany)) throw error;
        },
      );
    }
    return through;
  }

  test('what guards a secret is counted to the last try', async () => {
    expect(await letThrough('signInByAccount', 'somebody', 30)).toBe(10);
    expect(await letThrough('codeTries', 'a link', 30)).toBe(15);
  });

  test('the fair use of an account holds over both', async () => {
    expect(await letThrough('posts', 'busy', 1_300)).toBe(1_200);
  });

  test('of posts only every twentieth is counted in the database, also of those that come at once', async () => {
    const limits = new Limits(web.deps);
    await Promise.all(Array.from({ length: 40 }, () => limits.count('posts', 'at once')));
    const taken = await web.deps.store.database.collection('limits').find({ key: /^posts/ }).toArray();
    expect(taken.map(({ points }) => points as number)).toContain(40);
  });
});
