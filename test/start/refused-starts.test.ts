import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { CloudApp } from '../local-cloud/cloud-app.ts';
import { refusal } from './shop-process.ts';

const scratch = mkdtempSync(join(tmpdir(), 'bazaar-start-'));
const apps: CloudApp[] = [];
afterAll(() => {
  for (const directory of [scratch, ...apps.map((app) => app.directory)]) rmSync(directory, { recursive: true });
});

/** A directory for the PATH with nothing in it but, perhaps, a `java` that is a shell script. */
function programs(name: string, java?: string): string {
  const bin = join(scratch, name, 'bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync('/bin/sh', join(bin, 'sh'));
  if (java) writeFileSync(join(bin, 'java'), `#!/bin/sh\n${java}\n`);
  if (java) chmodSync(join(bin, 'java'), 0o755);
  return bin;
}

/** A synthesized app with one more resource than Bazaar's embedded cloud can run. */
function appWith(resource: { Type: string; Properties?: Record<string, unknown> }): string {
  const app = new CloudApp();
  apps.push(app);
  app.addAssets({});
  app.synthesize({ Web: { Resources: { Extra: resource } } });
  return app.directory;
}

/** Higher than any id that Linux gives to a process. */
const NO_PROCESS = '4194305';
const NO_JAVA =
  "Bazaar's local DynamoDB needs Java 17 or newer: " +
  'install it (Debian: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk@17) and try again.';
const FLAGS =
  'npm start takes, after --, --data <directory> (keep everything over restarts), ' +
  '--app <directory> (run a synthesized app as it is), --no-watch (leave changed sources alone), ' +
  '--no-warm-up (start functions when they are called), ' +
  '--verbose (say what the cloud does).';

describe('npm start', () => {
  test.each([
    ['an unknown flag', ['--nonsense'], `Unknown option '--nonsense'; ${FLAGS}`],
    ['a flag without its value', ['--data'], `Option '--data <value>' argument missing; ${FLAGS}`],
    ['an argument', ['quickly'], `Unexpected argument 'quickly'; ${FLAGS}`],
  ])('says in one line what it takes instead of %s', async (_case, flags, sentence) => {
    expect(await refusal({ flags })).toEqual({ printed: sentence, status: 1, left: [] });
  });

  test.each([
    [{ PORT: 'http' }, 'PORT=http is not a port: set a number from 0 (any free port) to 65535.'],
    [{ AWS_PORT: '65536' }, 'AWS_PORT=65536 is not a port: set a number from 0 (any free port) to 65535.'],
    [{ PORT: '4566', AWS_PORT: '' }, 'PORT and AWS_PORT are both 4566: set one of them to another number, or to 0.'],
    [
      { DYNAMODB_LOCAL_PORT: 'on' },
      'DYNAMODB_LOCAL_PORT=on is not a port: set a number from 0 (any free port) to 65535.',
    ],
    [{ BAZAAR_ADMIN_PASSWORD: 'short' }, 'BAZAAR_ADMIN_PASSWORD has 5 characters: give it 8 to 256.'],
  ])('says in one line what is wrong with %j', async (env, sentence) => {
    expect(await refusal({ env: env as Record<string, string> })).toEqual({ printed: sentence, status: 1, left: [] });
  });

  test('says in one line that data are kept only by a database of its own', async () => {
    const env = { DYNAMODB_LOCAL_PORT: '8000' };

    expect(await refusal({ flags: ['--data', join(scratch, 'elsewhere')], env })).toEqual({
      printed: '--data keeps a database of our own: start without DYNAMODB_LOCAL_PORT.',
      status: 1,
      left: [],
    });
  });

  test('says in one line that nothing can be kept in a directory', async () => {
    const file = join(scratch, 'a-file');
    writeFileSync(file, '');

    expect(await refusal({ flags: ['--data', join(file, 'data')] })).toEqual({
      printed: `Nothing can be kept in ${file}/data (ENOTDIR): give --data a directory that you may write to.`,
      status: 1,
      left: [],
    });
  });

  test('says in one line that nothing can be kept where no directory can be made', async () => {
    expect(await refusal({ flags: ['--data', '/proc/bazaar/data'] })).toEqual({
      printed: expect.stringMatching(
        /^Nothing can be kept in \/proc\/bazaar\/data \(E[A-Z]+\): give --data a directory/,
      ),
      status: 1,
      left: [],
    });
  });

  test('leaves the data of a shop that runs alone, and takes over those of one that was killed', async () => {
    const data = join(scratch, 'data');
    mkdirSync(data);
    const lock = join(data, '.lock');
    const app = appWith({ Type: 'AWS::EC2::VPC' });

    writeFileSync(lock, String(process.pid));
    expect(await refusal({ flags: ['--data', data, '--app', app] })).toMatchObject({
      printed: `Another shop keeps its data in ${data}: end it, or give --data another directory.`,
      status: 1,
    });
    expect(readFileSync(lock, 'utf8')).toBe(String(process.pid));

    writeFileSync(lock, NO_PROCESS);
    expect((await refusal({ flags: ['--data', data, '--app', app] })).printed).toContain('AWS::EC2::VPC');
    expect(existsSync(lock)).toBe(false);
  });

  test.each([
    ['is missing', { PATH: programs('none'), JAVA_HOME: undefined }, NO_JAVA],
    ['is not where JAVA_HOME points', { PATH: programs('bogus'), JAVA_HOME: '/nowhere' }, NO_JAVA],
    [
      'is too old',
      { PATH: programs('old', 'echo \'openjdk version "11.0.22" 2024-01-16\' >&2; exit 1'), JAVA_HOME: undefined },
      NO_JAVA.replace(':', ', but java is Java 11.0.22:'),
    ],
  ])('says in one line that Java %s', async (_case, env, sentence) => {
    const app = appWith({ Type: 'AWS::DynamoDB::Table' });

    expect(await refusal({ flags: ['--app', app], env })).toEqual({ printed: sentence, status: 1, left: [] });
  });

  test.each([
    [
      'a resource type',
      { Type: 'AWS::EC2::VPC' },
      'Web/Extra (AWS::EC2::VPC): the resource type is not run by the embedded cloud.',
    ],
    [
      'a property',
      { Type: 'AWS::SQS::Queue', Properties: { Colour: 'red' } },
      'Web/Extra (AWS::SQS::Queue): the property Colour is not run by the embedded cloud.',
    ],
  ])('names %s of a template that it cannot run', async (_case, resource, sentence) => {
    expect(await refusal({ flags: ['--app', appWith(resource)] })).toEqual({ printed: sentence, status: 1, left: [] });
  });
});
