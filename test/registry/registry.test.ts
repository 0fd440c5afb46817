import { describe, expect, test } from '@jest/globals';
import {
  type Decision,
  deregister,
  heartbeat,
  type Instance,
  type ListedInstance,
  mustBeOf,
  type Registration,
  recordCheck,
  register,
} from '#functions/registry/registry.ts';

const START = Date.parse('2026-11-22T10:00:00Z');
const at = (seconds: number) => new Date(START + seconds * 1000);
const MINUTE = 60;

const aRegistration = (said: Partial<Registration> = {}): Registration => ({
  service_name: 'order',
  instance_id: 'order-1',
  host: '10.0.0.1',
  port: 80,
  health_check_url: 'http://10.0.0.1/health',
  metadata: {},
  ...said,
});

const anInstance = (said: Partial<Instance> = {}): ListedInstance =>
  ({ ...register(undefined, aRegistration(), at(0)).instance, ...said }) as ListedInstance;

const typesOf = ({ facts }: Decision) => facts.map(({ event_type }) => event_type);

/** What becomes of an instance in a row of checks, one every ten seconds. */
function checked(instance: ListedInstance, ...answers: ('hit' | 'miss')[]): { instance: Instance; changes: unknown[] } {
  let after: Instance = instance;
  const changes: unknown[] = [];
  for (const [index, answer] of answers.entries()) {
    const now = at(10 * (index + 1));
    const check = { due_at: now.toISOString(), health_check_url: after.health_check_url, passed: answer === 'hit' };
    const decision = recordCheck(after, check, now);
    after = decision?.instance ?? after;
    changes.push(...(decision?.facts ?? []).map(({ data }) => data));
  }
  return { instance: after, changes };
}

describe('registering', () => {
  test('makes an instance that starts', () => {
    const decision = register(undefined, aRegistration({ service_version: '2' }), at(0));

    expect(decision.instance).toMatchObject({ status: 'starting', registered_at: at(0).toISOString() });
    expect(decision.facts).toMatchObject([
      { event_type: 'instance.registered', data: { service_name: 'order', instance_id: 'order-1', version: '2' } },
    ]);
  });

  test.each(['starting', 'healthy'] as const)('again, while it is %s, is no more than a heartbeat', (status) => {
    const again = register(anInstance({ status }), aRegistration({ metadata: { zone: 'a' } }), at(5));

    expect(again.instance).toMatchObject({ status, registered_at: at(0).toISOString(), metadata: { zone: 'a' } });
    expect(again.instance.last_heartbeat).toBe(at(5).toISOString());
    expect(again.facts).toEqual([]);
  });

  test.each<[string, Partial<Instance>, Partial<Registration>]>([
    ['at another host', { status: 'healthy' }, { host: '10.0.0.2' }],
    ['at another port', { status: 'healthy' }, { port: 81 }],
    ['with another health URL', { status: 'healthy' }, { health_check_url: 'http://10.0.0.1/' }],
    ['after it was unhealthy', { status: 'unhealthy', misses: 3 }, {}],
    ['after it said that it stops', { status: 'stopping' }, {}],
    ['after it was gone', { status: 'gone' }, {}],
    ['for another service, after it was gone', { status: 'gone' }, { service_name: 'cart' }],
  ])('%s starts it anew', (_, before, said) => {
    const decision = register(anInstance(before), aRegistration(said), at(5));

    expect(decision.instance).toMatchObject({ ...said, status: 'starting', hits: 0, misses: 0 });
    expect(typesOf(decision)).toEqual(['instance.registered']);
  });

  test('cannot take the id of another service', () => {
    expect(() => register(anInstance(), aRegistration({ service_name: 'cart' }), at(5))).toThrow(
      expect.objectContaining({ code: 'INSTANCE_ID_TAKEN', status: 409 }),
    );
  });
});

describe('a health check', () => {
  const change = (from: string, to: string) => ({ service_name: 'order', instance_id: 'order-1', from, to });

  test('that a new instance passes makes it healthy', () => {
    const { instance, changes } = checked(anInstance(), 'hit');

    expect(instance.status).toBe('healthy');
    expect(changes).toEqual([change('starting', 'healthy')]);
  });

  test.each(['starting', 'healthy'] as const)('that fails three times in a row makes %s unhealthy', (status) => {
    const { changes } = checked(anInstance({ status }), 'miss', 'miss', 'miss', 'miss');

    expect(changes).toEqual([change(status, 'unhealthy')]);
  });

  test('that fails now and then changes nothing', () => {
    const { changes } = checked(anInstance({ status: 'healthy' }), 'miss', 'miss', 'hit', 'miss', 'miss', 'hit');

    expect(changes).toEqual([]);
  });

  test('has to be passed twice in a row by an unhealthy one', () => {
    const unhealthy = anInstance({ status: 'unhealthy', misses: 3 });

    expect(checked(unhealthy, 'hit', 'miss', 'hit').changes).toEqual([]);
    expect(checked(unhealthy, 'hit', 'hit').changes).toEqual([change('unhealthy', 'healthy')]);
  });

  test('does not change that an instance is stopping', () => {
    const stopping = anInstance({ status: 'stopping' });

    expect(checked(stopping, 'hit', 'miss', 'miss', 'miss', 'hit').changes).toEqual([]);
  });

  test('of a healthy instance is not written down each time', () => {
    const healthy = anInstance({ status: 'healthy', last_heartbeat: at(0).toISOString() });
    const check = { due_at: at(30).toISOString(), health_check_url: healthy.health_check_url, passed: true };

    expect(recordCheck(healthy, check, at(59))).toBeNull();
    expect(recordCheck(healthy, check, at(60))?.instance.last_heartbeat).toBe(at(60).toISOString());
  });

  test.each<[string, Instance | undefined, string, string]>([
    ['is a repetition', anInstance({ last_check: at(10).toISOString() }), at(10).toISOString(), '/health'],
    ['comes late', anInstance({ last_check: at(10).toISOString() }), at(9).toISOString(), '/health'],
    ['is of an URL that it had before', anInstance(), at(10).toISOString(), '/old'],
    ['is of one that is gone', anInstance({ status: 'gone' }), at(10).toISOString(), '/health'],
    ['is of one that never was', undefined, at(10).toISOString(), '/health'],
  ])('does not count when it %s', (_, instance, due_at, path) => {
    const check = { due_at, health_check_url: `http://10.0.0.1${path}`, passed: false };

    expect(recordCheck(instance, check, at(11))).toBeNull();
  });
});

describe('an instance without a sign of life', () => {
  const missAt = (seconds: number) => ({
    due_at: at(seconds).toISOString(),
    health_check_url: 'http://10.0.0.1/health',
    passed: false,
  });

  test('for a quarter of an hour is gone when it fails its check', () => {
    const silent = anInstance({ status: 'unhealthy' });

    expect(recordCheck(silent, missAt(15 * MINUTE), at(15 * MINUTE))?.instance.status).toBe('unhealthy');
    const decision = recordCheck(silent, missAt(15 * MINUTE + 1), at(15 * MINUTE + 1));
    expect(decision).toMatchObject({
      instance: { status: 'gone' },
      facts: [{ event_type: 'instance.deregistered', data: { reason: 'expired' } }],
    });
  });

  test('stays while it sends heartbeats', () => {
    const { instance } = heartbeat(anInstance({ status: 'unhealthy' }), false, at(10 * MINUTE));

    expect(recordCheck(instance, missAt(16 * MINUTE), at(16 * MINUTE))?.instance.status).toBe('unhealthy');
  });
});

describe('a heartbeat', () => {
  test('is written down, and does not make healthy', () => {
    const decision = heartbeat(anInstance({ status: 'unhealthy' }), false, at(5));

    expect(decision.instance).toMatchObject({ status: 'unhealthy', last_heartbeat: at(5).toISOString() });
    expect(decision.facts).toEqual([]);
  });

  test('can say, once, that the instance stops', () => {
    const first = heartbeat(anInstance({ status: 'healthy' }), true, at(5));
    const second = heartbeat(first.instance as ListedInstance, true, at(6));

    expect(first.facts).toMatchObject([{ event_type: 'instance.status_changed', data: { to: 'stopping' } }]);
    expect(second).toMatchObject({ instance: { status: 'stopping' }, facts: [] });
  });
});

describe('an instance', () => {
  test('that goes leaves word', () => {
    expect(deregister(anInstance(), 'deregistered')).toMatchObject({
      instance: { status: 'gone' },
      facts: [{ event_type: 'instance.deregistered', data: { instance_id: 'order-1', reason: 'deregistered' } }],
    });
  });

  test.each<[string, Instance | undefined, string]>([
    ['is not there', undefined, 'order'],
    ['is gone', anInstance({ status: 'gone' }), 'order'],
    ['is of another service', anInstance(), 'cart'],
  ])('is not found when it %s', (_, instance, service) => {
    expect(() => mustBeOf(service, instance)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});
