import { setTimeout as sleep } from 'node:timers/promises';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock, IsoInstant } from '../config/clock';
import type { Store } from '../store';
import { CaseFiguresReader, type CaseFigures } from './case-figures';
import { definitions, type MetricName } from './definitions';

/** Prometheus waits ten seconds for a page, unless it is told otherwise. */
const figuresWithinMs = 7_000;

type Labels = Readonly<Record<string, string>>;

/** What a program counts, and what the store says of all cases, as Prometheus reads it. */
export class Metrics {
  readonly #own = new Registry();
  readonly #figures: CaseFiguresReader;
  readonly #clock: Clock;
  readonly #made = new Map<MetricName, Gauge | Counter | Histogram>();

  constructor(program: 'web' | 'worker', deps: { readonly store: Store; readonly clock: Clock }) {
    this.#figures = new CaseFiguresReader(deps);
    this.#clock = deps.clock;
    for (const name of metricNames) {
      if (['both', program].includes(definitions[name].of)) this.#made.set(name, make(name, this.#own));
    }
    collectDefaultMetrics({ register: this.#own });
  }

  count(name: MetricName, labels: Labels, by = 1): void {
    const counter = this.#made.get(name);
    if (counter instanceof Counter) counter.inc(labels, by);
  }

  observe(name: MetricName, labels: Labels, seconds: number): void {
    const histogram = this.#made.get(name);
    if (histogram instanceof Histogram) histogram.observe(labels, seconds);
  }

  set(name: MetricName, value: number): void {
    const gauge = this.#made.get(name);
    if (gauge instanceof Gauge) gauge.set(value);
  }

  /** @param more metrics of other origin, as text: of Temporal's own library */
  async text(more = ''): Promise<{ readonly contentType: string; readonly text: string }> {
    // Old figures would look like good ones, so without the database there are none. One that hangs must not hide the rest.
    const figures = await Promise.race([this.#figures.read().catch(() => null), sleep(figuresWithinMs, null, { ref: false })]);
    this.set('concordat_database_answers', figures === null ? 0 : 1);
    const ofCases = figures === null ? '' : await metricsOf(figures, Date.parse(this.#clock.now()));
    return { contentType: this.#own.contentType, text: `${await this.#own.metrics()}\n${ofCases}\n${more}` };
  }
}

const metricNames = Object.keys(definitions) as MetricName[];

function make(name: MetricName, registry: Registry): Gauge | Counter | Histogram {
  const { type, help, labels } = definitions[name];
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  if (type === 'gauge') return new Gauge(options);
  return type === 'counter' ? new Counter(options) : new Histogram(options);
}

/** In a registry for this once: what is not there at the next look is not shown as it was. */
async function metricsOf(figures: CaseFigures, now: number): Promise<string> {
  const { open, notStarted, late, waiting, mails, watchdog, differences, sealedAt } = figures;
  const registry = new Registry();
  const say = (name: MetricName, values: readonly (readonly [value: number, labels?: Labels])[]): void => {
    const gauge = make(name, registry);
    if (gauge instanceof Gauge) for (const [value, labels = {}] of values) gauge.set(labels, value);
  };
  const secondsSince = (at: IsoInstant | Date | null): number =>
    at === null ? 0 : Math.max(0, (now - new Date(at).getTime()) / 1_000);
  const stamp = (at: IsoInstant | null): number => (at === null ? 0 : Date.parse(at) / 1_000);

  const perProcess = Object.entries(open);
  say('concordat_cases_open', perProcess.map(([process, counts]) => [counts.open, { process }]));
  say('concordat_cases_overdue', perProcess.map(([process, { overdue }]) => [overdue, { process }]));
  say('concordat_cases_not_started', [[notStarted]]);
  say('concordat_rungs_late', [[late.count]]);
  say('concordat_rungs_late_seconds', [[secondsSince(late.oldest)]]);
  const perAct = Object.entries(waiting);
  say('concordat_acts_waiting', perAct.map(([what, { count }]) => [count, { what }]));
  say('concordat_acts_waiting_seconds', perAct.map(([what, { oldestAt }]) => [secondsSince(oldestAt), { what }]));
  say('concordat_mails', Object.entries(mails).map(([state, count]) => [count as number, { state }]));
  say('concordat_cases_stuck', [[watchdog?.stuck ?? 0]]);
  say('concordat_watchdog_looked_timestamp_seconds', [[stamp(watchdog?.lookedAt ?? null)]]);
  say('concordat_stores_differ', [[differences]]);
  say('concordat_record_sealed_timestamp_seconds', [[stamp(sealedAt)]]);
  return registry.metrics();
}
