import { basename } from 'node:path';
import { pascalCase } from '#lib/infra/names.ts';

/** What the code or the template of every stack is made from. */
const OF_ALL =
  /^(events\/|lib\/(infra|runtime)\/|bin\/(bazaar\.ts|build\/|build\.ts)|(cdk|package|package-lock|tsconfig)\.json$)/;

/** `stacks/gateway-routes-stack.ts` has `Bazaar-Gateway-Routes`. */
export function stackId(file: string): string {
  const words = basename(file, '-stack.ts').split('-');
  return ['Bazaar', ...words.map(pascalCase)].join('-');
}

/**
 * The stacks that a change of these paths touches, of all that there are. What is named too much does no harm: a
 * deployment of a stack that has not changed does nothing.
 * @param stackFiles such as `order-stack.ts`
 */
export function stacksOf(paths: string[], stackFiles: string[]): string[] {
  const stacks = stackFiles.map((file) => ({ id: stackId(file), name: basename(file, '-stack.ts') }));
  const isTouched = ({ name }: { name: string }) => paths.some((path) => touches(path, name));
  return stacks.filter(isTouched).map(({ id }) => id);
}

function touches(path: string, stack: string): boolean {
  if (OF_ALL.test(path)) return true;
  // The gateway serves the contract of all routes.
  if (path === 'contracts/openapi.json') return stack === 'gateway';
  const [folder = '', service = ''] = path.split('/');
  // A service may have more than one stack: gateway, gateway-routes.
  if (folder === 'functions') return stack.split('-')[0] === service;
  if (folder !== 'stacks') return false;
  // Beside its stack, a service may have more files: order-saga.ts.
  return path === `stacks/${stack}-stack.ts` || (!path.endsWith('-stack.ts') && service.startsWith(`${stack}-`));
}
