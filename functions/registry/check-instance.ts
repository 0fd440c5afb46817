import type { Cause } from '#events/event.ts';
import { log } from '#lib/runtime/log.ts';
import { addressPolicy } from '#lib/runtime/outbound/address-policy.ts';
import { probe } from '#lib/runtime/outbound/probe.ts';
import { inCall } from '#lib/runtime/tracing/call.ts';
import type { Target } from './health-checks.ts';
import { type Instance, recordCheck } from './registry.ts';
import { changeInstance } from './registry-table.ts';

/** How long a health URL may take to answer, ms. */
const TIMEOUT_MS = 2_000;

/** Asks the health URL of an instance and records what that says. `null`: it changed nothing. */
export async function checkInstance(
  { instance_id, health_check_url }: Target,
  { due_at, cause }: { due_at: string; cause: Cause },
): Promise<Instance | null> {
  const passed = await isWell(health_check_url, cause);
  const now = new Date();
  const check = { due_at, health_check_url, passed };
  return changeInstance(instance_id, (before) => recordCheck(before, check, now), { cause, now });
}

async function isWell(url: string, { correlation_id, traceparent }: Cause): Promise<boolean> {
  const headers = { accept: 'application/json', 'x-correlation-id': correlation_id, traceparent };
  try {
    const target = new URL(url);
    const call = { name: target.host, method: 'GET', url: target.pathname };
    const { status } = await inCall(call, headers, async (traced) => ({
      status: await probe(target, { policy: addressPolicy(), timeoutMs: TIMEOUT_MS, headers: traced }),
    }));
    return status >= 200 && status < 300;
  } catch (error) {
    log.debug('health check failed', { url, error });
    return false;
  }
}
