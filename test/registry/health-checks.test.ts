import { describe, expect, test } from '@jest/globals';
import { isStale, roundsOf } from '#functions/registry/health-checks.ts';
import { type ListedInstance, register } from '#functions/registry/registry.ts';
import { healthyOnes, servicesOf } from '#functions/registry/service-list.ts';

const now = new Date('2026-11-22T10:00:00Z');

function anInstance(instance_id: string, said: Partial<ListedInstance> = {}): ListedInstance {
  const place = { host: 'a.example', port: 80, health_check_url: 'http://a.example/' };
  const { instance } = register(undefined, { service_name: 'order', instance_id, metadata: {}, ...place }, now);
  return { ...instance, ...said } as ListedInstance;
}

const some = (count: number) => Array.from({ length: count }, (_, index) => anInstance(`order-${index}`));

describe('the checks of a minute', () => {
  test('come every ten seconds', () => {
    const rounds = roundsOf(some(1), { now, everySeconds: 10 });

    expect(rounds.map(({ delaySeconds }) => delaySeconds)).toEqual([0, 10, 20, 30, 40, 50]);
    expect(rounds[1]).toEqual({
      delaySeconds: 10,
      due_at: '2026-11-22T10:00:10.000Z',
      targets: [{ instance_id: 'order-0', health_check_url: 'http://a.example/' }],
    });
  });

  test('are made 25 at a time', () => {
    const rounds = roundsOf(some(60), { now, everySeconds: 60 });

    expect(rounds.map(({ targets }) => targets.length)).toEqual([25, 25, 10]);
  });

  test('are made once of what comes and goes with a deployment', () => {
    const rounds = roundsOf([anInstance('own', { managed: true }), anInstance('other')], { now, everySeconds: 20 });

    expect(rounds.map(({ targets }) => targets.map(({ instance_id }) => instance_id))).toEqual([
      ['own', 'other'],
      ['other'],
      ['other'],
    ]);
  });

  test('are none where there is no instance', () => {
    expect(roundsOf([], { now, everySeconds: 10 })).toEqual([]);
  });

  test('are left out when they are late', () => {
    const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

    expect(isStale({ due_at: now.toISOString() }, later(30))).toBe(false);
    expect(isStale({ due_at: now.toISOString() }, later(31))).toBe(true);
  });
});

describe('the list of services', () => {
  test('has every service that was ever registered, by name, in the version of its newest instance', () => {
    const old = anInstance('o1', { registered_at: '2026-11-22T09:00:00Z', service_version: '1' });
    const recent = anInstance('o2', { registered_at: '2026-11-22T09:30:00Z', service_version: '2' });
    const versions = [
      { service_name: 'order', service_version: '3', created_at: '2026-11-22T08:00:00Z' },
      { service_name: 'cart', service_version: '1', created_at: '2026-11-22T08:00:00Z' },
      { service_name: 'cart', service_version: '2', created_at: '2026-11-22T08:30:00Z' },
      { service_name: 'audit', created_at: '2026-11-22T08:30:00Z' },
    ];

    expect(servicesOf(versions, [recent, old])).toEqual([
      { name: 'audit', version: null, instances: [] },
      { name: 'cart', version: '2', instances: [] },
      { name: 'order', version: '2', instances: [recent, old] },
    ]);
  });
});

describe('the instances that may be picked', () => {
  test('are healthy, and of the version that is asked for', () => {
    const statuses = ['starting', 'healthy', 'unhealthy', 'stopping'] as const;
    const all = statuses.map((status) => anInstance(status, { status, service_version: '1' }));
    const next = anInstance('next', { status: 'healthy', service_version: '2' });

    expect(healthyOnes([...all, next]).map(({ instance_id }) => instance_id)).toEqual(['healthy', 'next']);
    expect(healthyOnes([...all, next], '2')).toEqual([next]);
    expect(healthyOnes(all, '2')).toEqual([]);
  });
});
