// Turns TypeScript and ES modules into the CommonJS that jest runs. Types are checked by tsc, not here.
import { createHash } from 'node:crypto';
import esbuild from 'esbuild';

const options = {
  format: 'cjs',
  target: 'node24',
  sourcemap: 'inline',
  // Jest cannot import() without a flag of Node's: it becomes a require().
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
};

export default {
  process(source, file) {
    return {
      code: esbuild.transformSync(source, { ...options, sourcefile: file, loader: file.endsWith('ts') ? 'ts' : 'js' })
        .code,
    };
  },
  getCacheKey(source, file) {
    return createHash('sha256')
      .update(`${esbuild.version}${JSON.stringify(options)}${file}\0${source}`)
      .digest('hex');
  },
};
