import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the CDK CLI tells every app besides the context of cdk.json, unless it is told otherwise. */
const CONTEXT_OF_THE_CLI = {
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:version-reporting': true,
};

/**
 * The variables with which `bin/bazaar.ts`, run by itself, writes into `outDir` what `cdk synth` would: without the
 * CLI, which takes a second of processor time and looks for an account, and without CDK's validation.
 */
export function appEnvironment(root: string, outDir: string, context: Record<string, string> = {}): NodeJS.ProcessEnv {
  const configured = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')).context;
  return {
    ...process.env,
    CDK_OUTDIR: outDir,
    CDK_CONTEXT_JSON: JSON.stringify({ ...CONTEXT_OF_THE_CLI, ...configured, ...sagaType(), ...context }),
    CDK_VALIDATION: 'false',
  };
}

/** The same for the CDK CLI, which gets the rest of the context from cdk.json. */
export function contextArguments(): string[] {
  return Object.entries(sagaType()).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** All that synthesizes follows the variable, so that whole test runs can: `BAZAAR_SAGA_TYPE=standard npm test`. */
export function sagaType(): { sagaType?: string } {
  const type = process.env.BAZAAR_SAGA_TYPE;
  return type ? { sagaType: type } : {};
}
