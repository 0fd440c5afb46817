import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { RouteContract } from '#lib/runtime/http/route.ts';

const root = join(import.meta.dirname, '../..');
const SOURCES = ['functions/*/*-api.ts', 'lib/runtime/http/*-api.ts'];
const METHODS = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'];

/** The contract of a route, with the service that serves it; `every service` for those that each of them has. */
export interface ServedRoute {
  service: string;
  contract: RouteContract;
}

/** The routes of all services, in the order of their paths. */
export async function servedRoutes(): Promise<ServedRoute[]> {
  const files = globSync(SOURCES, { cwd: root }).sort();
  const routes = await Promise.all(files.map(routesIn));
  const orderOf = ({ contract }: ServedRoute) => `${pathOf(contract)} ${METHODS.indexOf(methodOf(contract))}`;
  return routes.flat().sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

export async function allRoutes(): Promise<RouteContract[]> {
  return (await servedRoutes()).map(({ contract }) => contract);
}

async function routesIn(file: string): Promise<ServedRoute[]> {
  const service = /^functions[\\/](\w+)/.exec(file)?.[1] ?? 'every service';
  const exported: unknown[] = Object.values(await import(join(root, file)));
  return exported.filter(isRouteContract).map((contract) => ({ service, contract }));
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
