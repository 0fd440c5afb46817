import contract from '../../contracts/openapi.json' with { type: 'json' };
import { covers, type PathPattern, parsePattern } from './path-pattern.ts';

// The routes that API Gateway sends to functions itself. It takes the most specific route that there is, so of these
// paths none ever comes to the live route table.

const NATIVE = Object.entries(contract.paths).flatMap(([path, item]) =>
  Object.keys(item)
    .filter((key) => key !== 'parameters')
    .map((method) => ({
      route: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      pattern: parsePattern(path),
    })),
);

/** The native route that serves all that the pattern would, if there is one. A pattern that says more is in force for the rest. */
export function coveringRoute(pattern: PathPattern, method: string): string | undefined {
  return NATIVE.find((native) => native.method === method && covers(native.pattern, pattern))?.route;
}
