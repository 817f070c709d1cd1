/** Alarms, metrics and runbooks belong together: an alarm counts what is there, and whoever is called finds what to do. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { projectRoot } from '../../config/root';
import { portSettings } from '../../embedded/ports';
import { definitions } from '../../metrics/definitions';

interface Alarm {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const folder = join(projectRoot, 'docs', 'runbooks');
const rules = parse(readFileSync(join(folder, 'alarms.yml'), 'utf8')) as { readonly groups: readonly { readonly name: string; readonly rules: readonly Alarm[] }[] };
const alarms = rules.groups.flatMap((group) => group.rules);
const runbooks = readFileSync(join(folder, 'README.md'), 'utf8');
const sections = new Map(runbooks.split(/^## /m).slice(1).map((section) => [section.split('\n')[0] ?? '', section]));
const ours = Object.keys(definitions);

/** The names that an expression reads. @throws Error if Prometheus would not understand it */
function metricsIn(expr: string): string[] {
  const found: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) throw new Error(`Not understood at ${from}: ${expr}`);
      if (type.name === 'Identifier') found.push(expr.slice(from, to));
    },
  });
  return [...new Set(found)];
}

/** By which names Prometheus has a metric of ours. */
const seriesOf = (name: string): string[] =>
  (definitions as Readonly<Record<string, { type: string }>>)[name]?.type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];

/** Temporal's native library, which has the names that it counts by. */
const bridge = (): string => {
  const releases = join(projectRoot, 'node_modules', '@temporalio', 'core-bridge', 'releases');
  const [platform = ''] = readdirSync(releases);
  const [file = ''] = readdirSync(join(releases, platform)).filter((name) => name.endsWith('.node'));
  return readFileSync(join(releases, platform, file), 'latin1');
};

test('the example of how Prometheus asks has the ports of npm start, the jobs that alarms pick by, and the alarms', () => {
  const example = parse(readFileSync(join(folder, 'prometheus.yml'), 'utf8')) as {
    readonly scrape_configs: readonly { readonly job_name: string; readonly static_configs: readonly { readonly targets: readonly string[] }[] }[];
    readonly rule_files: readonly string[];
  };
  const asked = Object.fromEntries(example.scrape_configs.map(({ job_name: name, static_configs: configs }) => [name, configs.flatMap(({ targets }) => targets)]));
  expect(asked).toEqual({
    'concordat-web': [`127.0.0.1:${portSettings.webHealth.fallback}`],
    'concordat-worker': [`127.0.0.1:${portSettings.workerHealth.fallback}`],
  });
  const picked = alarms.flatMap(({ expr }) => [...expr.matchAll(/job="([\w-]+)"/g)].map(([, job = '']) => job));
  expect(picked.length).toBeGreaterThan(0);
  expect(picked.filter((job) => asked[job] === undefined)).toEqual([]);
  expect(example.rule_files).toEqual(['alarms.yml']);
});

test('an expression that Prometheus would not understand is seen', () => {
  expect(metricsIn('sum by (le) (rate(a_b{c="d"}[5m])) > 0')).toEqual(['a_b']);
  expect(() => metricsIn('sum(rate(a_b[5m]) > 0')).toThrow('Not understood');
});

test.each(alarms.map((alarm) => [alarm.alert, alarm] as const))('%s counts what is there, and has its runbook', (name, { expr, labels, annotations, ...rest }) => {
  const counted = metricsIn(expr);
  expect(counted.length).toBeGreaterThan(0);
  const known = ours.flatMap(seriesOf);
  const unknown = counted.filter((metric) => metric !== 'up' && !metric.startsWith('temporal_') && !known.includes(metric));
  expect(unknown).toEqual([]);
  const library = counted.some((metric) => metric.startsWith('temporal_')) ? bridge() : '';
  expect(counted.filter((metric) => metric.startsWith('temporal_') && !library.includes(metric.replace(/^temporal_|_total$/g, '')))).toEqual([]);
  expect(Object.keys(rest).filter((key) => !['alert', 'for'].includes(key))).toEqual([]);
  expect(rest.for ?? '1m').toMatch(/^\d+[mh]$/);
  expect(['page', 'ticket']).toContain(labels.severity);
  expect(annotations.summary).not.toBe('');
  expect(annotations.runbook).toBe(`docs/runbooks/README.md#${name.toLowerCase()}`);
  const section = sections.get(name) ?? '';
  for (const part of ['What it means', 'Who is harmed', 'Look at', 'Do', 'Over when']) expect(section).toMatch(new RegExp(`^- \\*\\*${part}\\b`, 'm'));
});

test('labels that an alarm picks are those that are counted', () => {
  const source = ['case-figures.ts', 'metrics.ts'].map((file) => readFileSync(join(projectRoot, 'metrics', file), 'utf8')).join('') +
    readFileSync(join(projectRoot, 'dispatch', 'index.ts'), 'utf8') + readFileSync(join(projectRoot, 'store', 'mail-ledger.ts'), 'utf8');
  const picked = alarms.flatMap(({ expr }) => [...expr.matchAll(/(what|state)="(\w+)"/g)].map(([, , value = '']) => value));
  expect(picked.length).toBeGreaterThan(3);
  expect(picked.filter((value) => !new RegExp(`\\b${value}\\b`).test(source))).toEqual([]);
});

test('every metric of ours has an alarm or a word on what it is for, and no runbook is left over', () => {
  const counted = alarms.flatMap(({ expr }) => metricsIn(expr));
  const withoutAlarm = ours.filter((name) => !seriesOf(name).some((series) => counted.includes(series)));
  process.stdout.write(`Metrics without an alarm: ${withoutAlarm.join(', ')}\n`);
  const table = sections.get('What is counted') ?? '';
  expect(ours.filter((name) => !new RegExp(`^\\|.*\`${name}\`.*\\| .{10,} \\|$`, 'm').test(table))).toEqual([]);
  const named = [...table.matchAll(/`(concordat_\w+)`/g)].map(([, name]) => name ?? '');
  expect(named.filter((name) => !ours.includes(name))).toEqual([]);
  const general = ['How Prometheus asks', 'What is counted'];
  expect([...sections.keys()].filter((title) => !general.includes(title)).sort()).toEqual(alarms.map(({ alert }) => alert).sort());
});

test('what the runbooks lead to is there', () => {
  const anchorsOf = (text: string) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));
  const operations = readFileSync(join(projectRoot, 'docs', 'operations.md'), 'utf8');
  for (const [, anchor = ''] of runbooks.matchAll(/\]\(#([\w-]+)\)/g)) expect(anchorsOf(runbooks)).toContain(anchor);
  for (const [, anchor = ''] of runbooks.matchAll(/\]\(\.\.\/operations\.md#([\w-]+)\)/g)) expect(anchorsOf(operations)).toContain(anchor);
});
