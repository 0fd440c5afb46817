// `npm run contract`: writes what the shop promises into contracts/, from the schemas that validate.
// With `--release` also into contracts/released/, which later contracts must stay compatible with.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesizeIfChanged } from './build/synthesize.ts';
import { currentAsyncApi, currentOpenApi, FILES, fileText, root } from './contract/documents.ts';

const { values } = parseArgs({ options: { release: { type: 'boolean', default: false } } });

mkdirSync(join(root, 'contracts/released'), { recursive: true });
// First, because a function carries it: the synthesis bundles that.
write(FILES.openapi, await currentOpenApi());
await synthesizeIfChanged(root);
write(FILES.asyncapi, await currentAsyncApi());
if (values.release) {
  copyFileSync(join(root, FILES.openapi), join(root, FILES.releasedOpenapi));
  copyFileSync(join(root, FILES.asyncapi), join(root, FILES.releasedAsyncapi));
}

function write(file: string, document: object): void {
  writeFileSync(join(root, file), fileText(document));
  console.log(`wrote ${file}`);
}
