import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { RouteContract } from '#lib/runtime/http/route.ts';

const root = join(import.meta.dirname, '../..');
const SERVICES = 'functions/*/*-api.ts';
const SHARED = 'lib/runtime/http/*-api.ts';
const METHODS = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'];

/** The contract of a route, with the service that serves it. */
export interface ServedRoute {
  service: string;
  contract: RouteContract;
}

/** The routes of all services, in the order of their paths. */
export async function servedRoutes(): Promise<ServedRoute[]> {
  const files = globSync(SERVICES, { cwd: root }).sort();
  const services = files.map((file) => file.split(/[\\/]/)[1] ?? '');
  const own = await Promise.all(
    files.map(async (file, index) => {
      const contracts = await contractsIn(file);
      return contracts.map((contract) => ({ service: services[index] ?? '', contract }));
    }),
  );
  const shared = await Promise.all(globSync(SHARED, { cwd: root }).map(contractsIn));
  const each = services.flatMap((service) =>
    shared.flat().map((contract) => ({ service, contract: forService(contract, service) })),
  );
  const orderOf = ({ contract }: ServedRoute) => `${pathOf(contract)} ${METHODS.indexOf(methodOf(contract))}`;
  return [...own.flat(), ...each].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** A contract that all services share says `{service}` where each puts its name. */
function forService(contract: RouteContract, service: string): RouteContract {
  const operation = `${contract.operation}Of${service.charAt(0).toUpperCase()}${service.slice(1)}`;
  return { ...contract, operation, route: contract.route.replace('{service}', service) };
}

export async function allRoutes(): Promise<RouteContract[]> {
  return (await servedRoutes()).map(({ contract }) => contract);
}

async function contractsIn(file: string): Promise<RouteContract[]> {
  const exported: unknown[] = Object.values(await import(join(root, file)));
  return exported.filter(isRouteContract);
}

function isRouteContract(exported: unknown): exported is RouteContract {
  return typeof exported === 'object' && exported !== null && 'operation' in exported && 'answers' in exported;
}

/** `GET /api/v1/orders/{order_id}` has the path `/api/v1/orders/{order_id}`. */
export function pathOf({ route }: RouteContract): string {
  return route.split(' ')[1] ?? '';
}

/** `GET /api/v1/orders/{order_id}` has the method `GET`. */
export function methodOf({ route }: RouteContract): string {
  return route.split(' ')[0] ?? '';
}
