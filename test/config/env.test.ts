/** Settings are checked at start, and every fault is told at once: of the variables, the protocol file, the holidays. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationFaults, loadConfiguration } from '../../config/configuration';
import { SettingsFaults, webSettings, workerSettings } from '../../config/env';

const key = Buffer.alloc(32, 7).toString('base64');
const sound: NodeJS.ProcessEnv = {
  MONGODB_URI: 'mongodb://127.0.0.1:27117/concordat',
  SMTP_URL: 'smtp://127.0.0.1:1025',
  OPERATOR_EMAIL: 'operator@partnership.example',
  PUBLIC_URL: 'http://127.0.0.1:3000/',
  LINK_SECRET: 'l'.repeat(32),
  AUDIT_SECRET: 'a'.repeat(32),
  SESSION_SECRET: 's'.repeat(32),
  CONTENT_KEYS: `k1:${key}`,
};

function faultsOf(parse: (source: NodeJS.ProcessEnv) => unknown, source: NodeJS.ProcessEnv): readonly string[] {
  try {
    parse(source);
  } catch (error) {
    if (error instanceof SettingsFaults) return error.faults;
    throw error;
  }
  return [];
}

test('sound settings are read, with their defaults', () => {
  expect(webSettings(sound)).toMatchObject({
    PORT: 3000,
    PUBLIC_URL: 'http://127.0.0.1:3000',
    TEMPORAL_ADDRESS: '127.0.0.1:7233',
    TEMPORAL_NAMESPACE: 'concordat',
    TEMPORAL_TLS: false,
    CONTENT_KEYS: [{ id: 'k1' }],
  });
  expect(workerSettings(sound)).toMatchObject({ WORKER_HEALTH_PORT: 3001, SWEEP_EVERY_MS: 5_000 });
});

test('an empty variable counts as one that is not set', () => {
  expect(webSettings({ ...sound, PORT: '', TEMPORAL_ADDRESS: '', DEMO_ACCOUNTS: '' })).toMatchObject({
    PORT: 3000,
    TEMPORAL_ADDRESS: '127.0.0.1:7233',
  });
});

test('nothing set: each missing variable is named, all at once', () => {
  const faults = faultsOf(webSettings, {}).join('\n');
  for (const name of ['MONGODB_URI', 'SMTP_URL', 'OPERATOR_EMAIL', 'PUBLIC_URL', 'LINK_SECRET', 'SESSION_SECRET', 'CONTENT_KEYS', 'AUDIT_SECRET']) {
    expect(faults).toMatch(new RegExp(`^${name} `, 'm'));
  }
});

test.each([
  ['MONGODB_URI', 'http://database', /^MONGODB_URI must be a URL that begins with mongodb:/],
  ['SMTP_URL', 'mail.example', /^SMTP_URL must be a URL/],
  ['BANK_HOLIDAYS_URL', 'www.gov.uk/bank-holidays.json', /^BANK_HOLIDAYS_URL must be a URL that begins with http:/],
  ['OPERATOR_EMAIL', 'operator', /^OPERATOR_EMAIL must be an e-mail address/],
  ['LINK_SECRET', 'short', /^LINK_SECRET is too short/],
  ['CONTENT_KEYS', 'k1:c2hvcnQ=', /^CONTENT_KEYS must be id:base64-of-32-bytes/],
  ['CONTENT_KEYS', `k1:${key},k1:${key}`, /^CONTENT_KEYS must be .* each id once/],
  ['PORT', '99999', /^PORT /],
  ['TEMPORAL_ADDRESS', 'a b', /^TEMPORAL_ADDRESS must be host:port/],
  ['MAIL_FROM', 'Concordat <c@partnership.example>\nBcc: x', /^MAIL_FROM must be one line/],
  ['TEMPORAL_TLS', 'yes', /^TEMPORAL_TLS /],
  ['TEMPORAL_TLS_CA', '/nowhere/ca.pem', /^TEMPORAL_TLS_CA names a file that does not exist/],
  ['TEMPORAL_TLS_CERT', __filename, /TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY go together/],
  ['DEMO_ACCOUNTS', '/nowhere.yaml', /^DEMO_ACCOUNTS names a file that does not exist/],
])('%s=%s is refused', (name, value, expected) => {
  expect(faultsOf(webSettings, { ...sound, [name]: value })).toEqual([expect.stringMatching(expected)]);
});

test('in production, demo accounts and plain http are refused, together with other faults', () => {
  const faults = faultsOf(webSettings, { ...sound, NODE_ENV: 'production', DEMO_ACCOUNTS: __filename, PORT: 'x' });
  expect(faults).toHaveLength(3);
  expect(faults.join('\n')).toMatch(/PORT.*\n.*DEMO_ACCOUNTS must be empty.*\n.*PUBLIC_URL must begin with https/s);
});

test('faults of the settings, the protocol file and the bank holidays are told together', () => {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-config-'));
  const protocol = join(folder, 'protocol.yaml');
  const holidays = join(folder, 'holidays.json');
  writeFileSync(protocol, 'name: half a protocol\n');
  writeFileSync(holidays, '{}');
  const source = { ...sound, PORT: 'x', PROTOCOL_FILE: protocol, BANK_HOLIDAYS_FILE: holidays };
  expect(() => loadConfiguration(workerSettings, { ...source, WORKER_HEALTH_PORT: 'x' })).toThrow(ConfigurationFaults);
  expect(() => loadConfiguration(webSettings, source)).toThrow(
    /PORT[^]*protocol\.yaml has \d+ faults[^]*holidays\.json cannot be used/,
  );
});
