import type { ListedInstance } from './registry.ts';
import type { ServiceVersion } from './registry-table.ts';

/** A service as clients see it. */
export interface RegisteredService {
  name: string;
  /** Of the instance that was registered last; `null` where none is said. */
  version: string | null;
  instances: ListedInstance[];
}

/** Puts versions and instances together by service, in the order of their names. */
export function servicesOf(versions: ServiceVersion[], instances: ListedInstance[]): RegisteredService[] {
  const names = [...new Set([...versions, ...instances].map(({ service_name }) => service_name))].sort();
  return names.map((name) => {
    const own = instances.filter(({ service_name }) => service_name === name);
    const newest = latest(own, 'registered_at') ?? latest(ofService(versions, name), 'created_at');
    return { name, version: newest?.service_version ?? null, instances: own };
  });
}

function ofService(versions: ServiceVersion[], name: string): ServiceVersion[] {
  return versions.filter(({ service_name }) => service_name === name);
}

function latest<Row extends object>(rows: Row[], by: keyof Row): Row | undefined {
  return [...rows].sort((a, b) => (a[by] < b[by] ? -1 : 1)).at(-1);
}

/** Those that may be sent a request. */
export function healthyOnes(instances: ListedInstance[], version?: string): ListedInstance[] {
  const wanted = instances.filter(({ service_version }) => version === undefined || service_version === version);
  return wanted.filter(({ status }) => status === 'healthy');
}
