import { stableId } from '../core/stable-id.ts';

const SUFFIX_LENGTH = 12;

/**
 * `<stack>-<logical id>-<12 characters>`, as CloudFormation names what a template leaves unnamed. Its characters are
 * random; here they follow from stack and logical id, so that a restart finds the same names.
 * Where the name has to be shorter, stack and logical id are cut to half of the room each.
 */
export function physicalName(stackName: string, logicalId: string, maxLength = 255): string {
  const room = maxLength - SUFFIX_LENGTH - 2;
  const half = Math.floor(room / 2);
  const idLength = Math.min(logicalId.length, Math.max(half, room - stackName.length));
  const stack = stackName.slice(0, room - idLength);
  return `${stack}-${logicalId.slice(0, idLength)}-${stableId(`${stackName}/${logicalId}`, SUFFIX_LENGTH)}`;
}
