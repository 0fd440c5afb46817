// Bundles every Lambda function into dist/, one folder each. The CDK CLI runs this before it synthesizes.
import { bundleFunctions } from './build/bundle.ts';

const started = performance.now();
try {
  const count = await bundleFunctions(`${import.meta.dirname}/..`);
  console.error(`bundled ${count} functions into dist/ in ${Math.round(performance.now() - started)} ms`);
} catch (error) {
  // esbuild has printed what it found; anything else has to be said here.
  if (!(error as { errors?: unknown }).errors) console.error(error);
  process.exitCode = 1;
}
