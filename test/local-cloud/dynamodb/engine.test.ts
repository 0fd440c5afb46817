import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { SILENT } from '#lib/local-cloud/core/log.ts';
import { createEngine } from '#lib/local-cloud/dynamodb/engine.ts';
import { createGuestEngine } from '#lib/local-cloud/dynamodb/guest-engine.ts';

const scratch = mkdtempSync(join(tmpdir(), 'bazaar-java-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const ORDERS = JSON.stringify({
  TableName: 'Orders',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
});

/** A JAVA_HOME whose `java` is a shell script. */
function javaHome(name: string, script: string): string {
  const bin = join(scratch, name, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'java'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'java'), 0o755);
  return join(scratch, name);
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}

async function closed(port: number): Promise<void> {
  while (await accepts('127.0.0.1', port));
}

describe('the engine', () => {
  test('listens on 127.0.0.1 only, and leaves no process when it stops', async () => {
    const engine = createEngine({ fastStart: true }, SILENT);
    const { port } = await engine.launch();
    const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const hosts = others
      .filter((address) => !address.internal && address.family === 'IPv4')
      .map(({ address }) => address);

    expect(await accepts('127.0.0.1', port)).toBe(true);
    for (const host of [...hosts, '127.0.0.2', '::1']) expect([host, await accepts(host, port)]).toEqual([host, false]);

    const startedAt = performance.now();
    await engine.stop();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(await accepts('127.0.0.1', port)).toBe(false);
  });

  test('ends when its host is killed without a chance to stop it', async () => {
    const file = join(import.meta.dirname, '../../../lib/local-cloud/dynamodb/engine.ts');
    const host = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { createEngine } from ${JSON.stringify(file)};
      const { port } = await createEngine({ fastStart: true }, { info() {}, warn() {} }).launch();
      process.stdout.write(port + '\\n');
      setInterval(() => {}, 1000);`,
    ]);
    const port = Number(await new Promise((resolve) => host.stdout.once('data', resolve)));
    expect(await accepts('127.0.0.1', port)).toBe(true);

    host.kill('SIGKILL');

    await closed(port);
  });

  test('says what happened when a request meets a stopped database', async () => {
    const engine = createEngine({ fastStart: true }, SILENT);
    const client = await engine.launch();
    await engine.stop();

    await expect(client.send('DynamoDB_20120810.ListTables', '{}')).rejects.toMatchObject({
      code: 'InternalServerError',
      status: 500,
    });
  });

  test('serves guests who see nothing of each other, and leave nothing', async () => {
    const host = createEngine({ fastStart: true, forGuests: true }, SILENT);
    const { port } = await host.launch();
    const guests = [createGuestEngine(port), createGuestEngine(port)];
    const [one, other] = await Promise.all(guests.map((guest) => guest.launch()));

    await one?.send('DynamoDB_20120810.CreateTable', ORDERS);

    expect(`${(await one?.send('DynamoDB_20120810.ListTables', '{}'))?.body}`).toBe('{"TableNames":["Orders"]}');
    expect(`${(await other?.send('DynamoDB_20120810.ListTables', '{}'))?.body}`).toBe('{"TableNames":[]}');
    await guests[0]?.stop();
    expect(`${(await one?.send('DynamoDB_20120810.ListTables', '{}'))?.body}`).toBe('{"TableNames":[]}');
    await host.stop();
  });

  test('is no host for guests with tables that everybody sees', async () => {
    const host = createEngine({ fastStart: true }, SILENT);
    const client = await host.launch();
    await client.send('DynamoDB_20120810.CreateTable', ORDERS);
    const guest = createGuestEngine(client.port);

    await expect(guest.launch()).rejects.toThrow(
      `The DynamoDB Local on port ${client.port} shows us the table Orders: start it without -sharedDb.`,
    );

    await guest.stop();
    expect(`${(await client.send('DynamoDB_20120810.ListTables', '{}')).body}`).toBe('{"TableNames":["Orders"]}');
    await host.stop();
  });

  const HOW =
    'install it (Debian: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk@17) and try again.';
  test.each([
    ['there is no Java', join(scratch, 'nothing'), `Bazaar's local DynamoDB needs Java 17 or newer: ${HOW}`],
    [
      'there is only the stub of macOS',
      javaHome('stub', 'echo "Unable to locate a Java Runtime." >&2; exit 1'),
      `Bazaar's local DynamoDB needs Java 17 or newer: ${HOW}`,
    ],
    [
      'Java is too old',
      javaHome('old', 'echo \'openjdk version "11.0.22" 2024-01-16\' >&2; exit 1'),
      `Bazaar's local DynamoDB needs Java 17 or newer, but ${join(scratch, 'old/bin/java')} is Java 11.0.22: ${HOW}`,
    ],
    [
      'Java is far too old',
      javaHome('ancient', 'echo \'java version "1.8.0_402"\' >&2; exit 1'),
      `Bazaar's local DynamoDB needs Java 17 or newer, but ${join(scratch, 'ancient/bin/java')} is Java 1.8.0_402: ${HOW}`,
    ],
    [
      'the database does not start',
      javaHome('broken', 'echo \'openjdk version "21.0.1" 2023-10-17\' >&2; echo "No memory." >&2; exit 1'),
      'DynamoDB Local did not start on Java 21.0.1: openjdk version "21.0.1" 2023-10-17\nNo memory.',
    ],
  ])('says in a sentence that %s', async (_case, home, sentence) => {
    const engine = createEngine({ javaHome: home }, SILENT);

    await expect(engine.launch()).rejects.toThrow(new Error(sentence));
    await engine.stop();
  });
});
