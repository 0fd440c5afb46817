import { describe, expect, test } from '@jest/globals';
import { planFaults } from '#bin/chaos/fault-plan.ts';
import { planCampaign } from '#bin/chaos/plan.ts';
import { FaultRequest } from '#lib/local-cloud/faults/fault.ts';

describe('the plan of a campaign', () => {
  test('is decided by its seed', () => {
    expect(planCampaign(7, 200)).toEqual(planCampaign(7, 200));
    expect(planCampaign(8, 200).steps).not.toEqual(planCampaign(7, 200).steps);
  });

  test('has everything that customers do', () => {
    const { steps } = planCampaign(7, 400);

    const orders = steps.filter((step) => step.kind === 'order');
    expect(orders).toHaveLength(400);
    expect(new Set(orders.map(({ card }) => card)).size).toBe(6);
    expect(new Set(orders.map(({ cancel }) => cancel)).size).toBe(3);
    expect(orders.filter(({ items }) => items[0]?.product === 0).length).toBeGreaterThan(100);
    expect(new Set(orders.map(({ key }) => key)).size).toBe(400);
    expect(steps.filter(({ kind }) => kind === 'reprice')).toHaveLength(16);
    expect(steps.filter(({ kind }) => kind === 'erase')).toHaveLength(6);
  });

  test('lets nobody order who is erased', () => {
    const { steps } = planCampaign(7, 400);
    const gone = new Set<number>();

    for (const step of steps) {
      if (step.kind === 'order') expect(gone).not.toContain(step.customer);
      if (step.kind === 'erase') gone.add(step.customer);
    }

    expect(gone.size).toBe(6);
  });

  test('works with a single order', () => {
    expect(planCampaign(1, 1).steps).toHaveLength(1);
  });
});

describe('the faults of a campaign', () => {
  test('are decided by its seed, and are of more than ten kinds', () => {
    expect(planFaults(7)).toEqual(planFaults(7));
    expect(planFaults(8)).not.toEqual(planFaults(7));
    expect(new Set(planFaults(7).map(({ action }) => action)).size).toBeGreaterThan(10);
  });

  test('are faults that there are, and each draws its own lots', () => {
    for (const fault of planFaults(7)) expect(FaultRequest.safeParse(fault).success).toBe(true);
    expect(new Set(planFaults(7).map(({ seed }) => seed)).size).toBe(planFaults(7).length);
  });
});
