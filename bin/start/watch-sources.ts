import { watch } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '#lib/local-cloud/cloud.ts';
import { synthesizeIfChanged } from '../build/synthesize.ts';

/** What bundles and templates are made from. The rest, such as the cloud itself, is only read at a start. */
const WATCHED = ['events', 'functions', 'lib/infra', 'lib/runtime', 'stacks'];
/** An editor that saves, or a checkout, changes several files at once. */
const SETTLE_MS = 100;
/** More functions than this are counted instead of named. */
const MOST_NAMES = 5;

export interface Watching {
  cloud: Pick<Cloud, 'reload'>;
  say(line: string): void;
}

/** Takes changed code over into the running cloud, one change after the other, and says what came of it. */
export function watchSources(root: string, watching: Watching): void {
  let timer: NodeJS.Timeout | undefined;
  let lastTurn = Promise.resolve();
  const onChange = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      lastTurn = lastTurn.then(() => takeOver(root, watching));
    }, SETTLE_MS);
  };
  for (const folder of WATCHED) watch(join(root, folder), { recursive: true }, onChange);
  // What changed while the cloud started has been seen by nobody.
  onChange();
}

async function takeOver(root: string, { cloud, say }: Watching): Promise<void> {
  try {
    const isChanged = await synthesizeIfChanged(root);
    // Even if another shop on the same sources has synthesized them already.
    const { swapped, needRestart } = await cloud.reload();
    if (swapped.length > 0) say(`reloaded ${summary(swapped)}`);
    if (needRestart.length > 0) say(`restart npm start to take over: ${needRestart.join(' ')}`);
    if (isChanged && swapped.length + needRestart.length === 0) say('reloaded nothing: no function has changed');
  } catch (error) {
    say(`${(error as Error).message}\nThe shop goes on with the code it has.`);
  }
}

/** Labels are like `Bazaar-Order/PlaceOrder (AWS::Lambda::Function)`; what all functions share changes all of them. */
function summary(labels: string[]): string {
  if (labels.length > MOST_NAMES) return `${labels.length} functions`;
  return labels.map((label) => label.replace(/ \(.*\)$/, '')).join(', ');
}
