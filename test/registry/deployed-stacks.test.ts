import { describe, expect, test } from '@jest/globals';
import { differences } from '#functions/registry/deployed-stacks.ts';
import { type ListedInstance, type Registration, register } from '#functions/registry/registry.ts';

const aStack = (service_name: string, said: Partial<Registration> = {}): Registration => ({
  service_name,
  instance_id: `${service_name}-stack`,
  host: 'api.example',
  port: 443,
  health_check_url: `https://api.example/api/v1/${service_name}/health`,
  service_version: '1',
  metadata: { routes: ['GET /a'] },
  managed: true,
  ...said,
});

const registered = (registration: Registration) =>
  register(undefined, registration, new Date('2026-11-22T10:00:00Z')).instance as ListedInstance;

describe('what is deployed and what is registered', () => {
  test('are the same: there is nothing to do', () => {
    const unhealthy = { ...registered(aStack('order')), status: 'unhealthy' as const };

    expect(differences([aStack('order')], [unhealthy])).toEqual({ toRegister: [], toDeregister: [] });
  });

  test('differ by a new stack, and by one in a new version', () => {
    const next = aStack('order', { service_version: '2' });

    const { toRegister } = differences([aStack('cart'), next], [registered(aStack('order'))]);

    expect(toRegister).toEqual([aStack('cart'), next]);
  });

  test('differ by a stack that was removed; what others have registered stays', () => {
    const others = registered({ ...aStack('monolith'), managed: undefined });
    const removed = registered(aStack('order'));

    expect(differences([], [others, removed])).toEqual({ toRegister: [], toDeregister: [removed] });
  });
});
