/**
 * `npm run bench`: all rows, kept in `bench/results/`. `npm run bench -- <row>`: one row, only printed; with `--keep`
 * after it, kept as well.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../config/clock';
import { projectRoot } from '../config/root';
import { reasonOf } from '../embedded/fault';
import { run } from '../embedded/run';
import { asTable, median, round, type Figure } from './figures';
import { asGraphs } from './graphs';
import { away } from './rows/away';
import { completed } from './rows/completed';
import { deadline } from './rows/deadline';
import { history } from './rows/history';
import { posts } from './rows/posts';
import { ready } from './rows/ready';
import { recount } from './rows/recount';
import { replay } from './rows/replay';
import type { Row } from './rows/row';
import { rungs } from './rows/rungs';
import { size } from './rows/size';

const rows: Readonly<Record<string, Row>> = { posts, ready, history, completed, away, rungs, replay, recount, size, deadline };

async function main(): Promise<number> {
  const [wanted, keep] = process.argv.slice(2);
  const chosen = Object.entries(rows).filter(([name]) => wanted === undefined || name === wanted);
  if (chosen.length === 0) {
    const known = Object.entries(rows).map(([name, { what }]) => `  ${name.padEnd(8)} ${what}`);
    process.stderr.write(`There is no row "${wanted ?? ''}". The rows are:\n${known.join('\n')}\n`);
    return 2;
  }

  const measuredAt = systemClock.now();
  // Before the first row: the tree may go on while it is measured.
  const commit = await git('rev-parse', '--short', 'HEAD');
  const changed = (await git('status', '--porcelain')) !== '';
  const loadBefore = loadavg().map(round);
  const versions = new Map<string, string>();
  const measured: { name: string; figures: Figure[] }[] = [];
  for (const [name, row] of chosen) {
    progress(`${name}: ${row.what}`);
    measured.push({ name, figures: await row.run({ versions, progress }) });
  }
  process.stdout.write(`\n${asTable(measured)}\n`);

  if (wanted === undefined || keep === '--keep') {
    const result = {
      measuredAt,
      commit: changed ? `${commit} with changes` : commit,
      machine: { ...machine(), loadBefore, loadAfter: loadavg().map(round) },
      versions: Object.fromEntries(versions),
      rows: Object.fromEntries(
        measured.map(({ name, figures }) => [name, figures.map((figure) => ({ ...figure, median: round(median(figure.runs)) }))]),
      ),
    };
    const file = join('bench', 'results', `${[measuredAt.slice(0, 10), commit, ...(wanted === undefined ? [] : [wanted])].join('-')}.json`);
    mkdirSync(join(projectRoot, 'bench', 'results'), { recursive: true });
    writeFileSync(join(projectRoot, file), `${JSON.stringify(result, null, 2)}\n`);
    process.stdout.write(`\nKept in ${file}\n`);
    const graphs = asGraphs(measured.flatMap(({ figures }) => figures));
    if (graphs !== '') {
      const page = file.replace(/json$/, 'md');
      writeFileSync(join(projectRoot, page), `# By the number of open cases, at ${result.commit}\n\n${graphs}\n`);
      process.stdout.write(`Drawn in ${page}\n`);
    }
  }
  return 0;
}

function machine() {
  const processors = cpus();
  return {
    processors: processors.length,
    processor: processors[0]?.model ?? 'unknown',
    memoryGiB: round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
  };
}

const git = (...args: string[]): Promise<string> => run('git', args, { timeoutMs: 15_000, cwd: projectRoot });

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

// Whoever ends it early ends it as a whole: the parts that were started end with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`bench: ${reasonOf(error)}\n`);
    process.exit(1);
  },
);
