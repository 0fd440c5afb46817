import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { RouteContract } from '#lib/runtime/http/route.ts';

const root = join(import.meta.dirname, '../..');
const SOURCES = ['functions/*/*-api.ts', 'lib/runtime/http/*-api.ts'];

/** The contracts of all routes of all services, in the order of their paths. */
export async function allRoutes(): Promise<RouteContract[]> {
  const files = globSync(SOURCES, { cwd: root }).sort();
  const modules = await Promise.all(files.map((file) => import(join(root, file))));
  const exported = modules.flatMap((module) => Object.values(module));
  return exported.filter(isRouteContract).sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
}

function isRouteContract(exported: unknown): exported is RouteContract {
  return typeof exported === 'object' && exported !== null && 'operation' in exported && 'answers' in exported;
}

/** `GET /api/v1/orders/{order_id}` has the path `/api/v1/orders/{order_id}`. */
export function pathOf({ route }: RouteContract): string {
  return route.split(' ')[1] ?? '';
}
