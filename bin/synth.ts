// Bundles the functions and synthesizes all stacks into cdk.out/, with CDK's own validation of the templates.
import { synthesize } from './build/synthesize.ts';

try {
  await synthesize(`${import.meta.dirname}/..`, process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
