import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { copyAssembly } from '#bin/deploy-local/assembly.ts';

const LACKS = [{ type: 'AWS::Events::Archive', why: 'nothing is archived' }];
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

describe('a copy of the synthesized app', () => {
  let [from, to] = ['', ''];
  beforeEach(() => {
    from = mkdtempSync(join(tmpdir(), 'bazaar-app-'));
    to = join(from, '../', `${from}-copy`);
  });
  afterEach(() => {
    for (const directory of [from, to]) rmSync(directory, { recursive: true, force: true });
  });
  const read = (directory: string, file: string) => readFileSync(join(directory, file), 'utf8');

  /** An app of one stack with this resource, as the CDK writes it. */
  function synthesize(Type: string): string {
    const template = JSON.stringify({ Resources: { One: { Type } } });
    writeFileSync(join(from, 'Shop.template.json'), template);
    writeFileSync(join(from, 'Shop.assets.json'), JSON.stringify({ files: { [sha256(template)]: {} } }));
    writeFileSync(join(from, 'manifest.json'), JSON.stringify({ url: `s3://bucket/${sha256(template)}.json` }));
    writeFileSync(join(from, '.lock'), '1');
    return template;
  }

  test('has its templates under the hashes of what they are now', () => {
    const template = synthesize('AWS::Events::Archive');

    const stubbed = copyAssembly(from, to, LACKS);

    const changed = read(to, 'Shop.template.json');
    expect(stubbed).toEqual([{ type: 'AWS::Events::Archive', resource: 'One', why: 'nothing is archived' }]);
    expect(JSON.parse(changed).Resources.One.Type).toBe('AWS::CloudFormation::WaitConditionHandle');
    expect(JSON.parse(read(to, 'Shop.assets.json')).files).toEqual({ [sha256(changed)]: {} });
    expect(JSON.parse(read(to, 'manifest.json')).url).toBe(`s3://bucket/${sha256(changed)}.json`);
    expect(read(from, 'Shop.template.json')).toBe(template);
  });

  test('is the same where nothing is lacking', () => {
    const template = synthesize('AWS::SQS::Queue');

    expect(copyAssembly(from, to, LACKS)).toEqual([]);

    expect(read(to, 'Shop.template.json')).toBe(template);
    expect(read(to, 'manifest.json')).toBe(read(from, 'manifest.json'));
  });
});
