import type { Fact } from '#events/event.ts';
import { InstanceDeregistered, InstanceRegistered, InstanceStatusChanged } from '#events/registry-events.ts';
import { AppError, NotFound } from '#lib/runtime/errors.ts';

/** Checks in a row that have to fail before an instance counts as unhealthy. */
const MISSES_TO_UNHEALTHY = 3;
/** Checks in a row that have to succeed before an unhealthy instance counts as healthy. A new one needs one only. */
const HITS_TO_HEALTHY = 2;
/** Without a sign of life for so long, an instance that fails its check is forgotten, ms. */
const EXPIRES_AFTER_MS = 15 * 60_000;
/** A passed check is a sign of life too; it is written down so often, to save writes, ms. */
const SIGN_OF_LIFE_NOTED_EVERY_MS = 60_000;

/** What an instance says of itself. */
export interface Registration {
  service_name: string;
  /** Unique among the instances of all services. */
  instance_id: string;
  host: string;
  port: number;
  health_check_url: string;
  /** Version of the service. (`version` in the row counts the instance's events.) */
  service_version?: string;
  metadata: Record<string, unknown>;
  /** Whether the registration is that of a stack: it comes and goes with its deployment. */
  managed?: boolean;
}

/**
 * One instance of a service. Only `healthy` ones are picked. `stopping`: it has said that it will stop. `gone` is a
 * tombstone: it keeps the count of events going, and is not listed.
 */
export type Instance = Registration & {
  registered_at: string;
  /** The last time that it said that it lives, or passed a check. */
  last_heartbeat: string;
  /** Checks passed and failed in a row. One of them is 0. */
  hits: number;
  misses: number;
  /** Time of the last check that counted. */
  last_check: string;
  status: Status | 'gone';
};

export type Status = 'starting' | 'healthy' | 'unhealthy' | 'stopping';
export type ListedInstance = Instance & { status: Status };

export interface Decision {
  instance: Instance;
  facts: Fact[];
}

/** One look at the health URL of an instance. */
export interface Check {
  /** When it was due: what is not later than the last check that counted is a repetition. */
  due_at: string;
  health_check_url: string;
  passed: boolean;
}

export class InstanceIdTaken extends AppError {
  constructor() {
    super('INSTANCE_ID_TAKEN', 409, 'Another service has an instance with this id: choose another.');
  }
}

export function isListed(instance: Instance | undefined): instance is ListedInstance {
  return instance !== undefined && instance.status !== 'gone';
}

/** An instance comes, or comes back. One that is known at its address and works stays as it is. */
export function register(before: Instance | undefined, registration: Registration, now: Date): Decision {
  const last_heartbeat = now.toISOString();
  if (isListed(before)) {
    if (before.service_name !== registration.service_name) throw new InstanceIdTaken();
    if (works(before) && isSamePlace(before, registration)) {
      return { instance: { ...before, ...registration, last_heartbeat }, facts: [] };
    }
  }
  const registered_at = last_heartbeat;
  const counts = { hits: 0, misses: 0, last_check: before?.last_check ?? '' };
  const instance: Instance = { ...registration, registered_at, last_heartbeat, ...counts, status: 'starting' };
  return { instance, facts: [InstanceRegistered.of({ ...instance, version: instance.service_version })] };
}

function works({ status }: Instance): boolean {
  return status === 'starting' || status === 'healthy';
}

function isSamePlace(a: Registration, b: Registration): boolean {
  return a.host === b.host && a.port === b.port && a.health_check_url === b.health_check_url;
}

/** The instance says that it lives, or, when it is `stopping`, that it wants no more requests. */
export function heartbeat(instance: ListedInstance, stopping: boolean, now: Date): Decision {
  const alive = { ...instance, last_heartbeat: now.toISOString() };
  return stopping ? changed(alive, 'stopping') : { instance: alive, facts: [] };
}

/**
 * What a check has shown; `null` when that changes nothing. An instance that is stopping stays so, whatever its health
 * URL says. A check of an URL that it had before says nothing.
 */
export function recordCheck(instance: Instance | undefined, check: Check, now: Date): Decision | null {
  if (!isListed(instance) || instance.health_check_url !== check.health_check_url) return null;
  if (check.due_at <= instance.last_check) return null;
  return check.passed ? recordHit(instance, check.due_at, now) : recordMiss(instance, check.due_at, now);
}

function recordHit(instance: ListedInstance, due_at: string, now: Date): Decision | null {
  const hits = instance.hits + 1;
  const isNoted = now.getTime() - Date.parse(instance.last_heartbeat) < SIGN_OF_LIFE_NOTED_EVERY_MS;
  const isSettled = instance.status === 'healthy' || instance.status === 'stopping';
  if (isSettled && instance.misses === 0 && isNoted) return null;
  const alive = { ...instance, hits, misses: 0, last_check: due_at, last_heartbeat: now.toISOString() };
  const isUp = instance.status === 'starting' || (instance.status === 'unhealthy' && hits >= HITS_TO_HEALTHY);
  return isUp ? changed(alive, 'healthy') : { instance: alive, facts: [] };
}

function recordMiss(instance: ListedInstance, due_at: string, now: Date): Decision {
  if (now.getTime() - Date.parse(instance.last_heartbeat) > EXPIRES_AFTER_MS) return deregister(instance, 'expired');
  const misses = instance.misses + 1;
  const missed = { ...instance, hits: 0, misses, last_check: due_at };
  const isDown = works(instance) && misses >= MISSES_TO_UNHEALTHY;
  return isDown ? changed(missed, 'unhealthy') : { instance: missed, facts: [] };
}

function changed(instance: ListedInstance, to: Status): Decision {
  if (instance.status === to) return { instance, facts: [] };
  const { service_name, instance_id, status: from } = instance;
  const facts = [InstanceStatusChanged.of({ service_name, instance_id, from, to })];
  return { instance: { ...instance, status: to }, facts };
}

export function deregister(instance: ListedInstance, reason: 'deregistered' | 'expired'): Decision {
  const { service_name, instance_id } = instance;
  const facts = [InstanceDeregistered.of({ service_name, instance_id, reason })];
  return { instance: { ...instance, status: 'gone' }, facts };
}

/** Throws {@link NotFound} unless the service has this instance. */
export function mustBeOf(serviceName: string, instance: Instance | undefined): ListedInstance {
  if (!isListed(instance) || instance.service_name !== serviceName) throw new NotFound('instance of this service');
  return instance;
}
