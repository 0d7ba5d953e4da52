// What a program says about how it was built, in the layouts of prometheus/common's version package.

export interface BuildInfo {
  readonly version: string;
  readonly revision: string;
  readonly branch: string;
  readonly buildUser: string;
  readonly buildDate: string;
}

const SYSTEMS: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };
const PROCESSORS: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** Operating system and processor as archives are named: `linux/amd64`, `darwin/arm64`. */
export function platform(): string {
  return `${operatingSystem()}/${processor()}`;
}

/** `linux`, `darwin`, `windows`, … */
export function operatingSystem(): string {
  return SYSTEMS[process.platform] ?? process.platform;
}

/** `amd64`, `arm64`, … */
export function processor(): string {
  return PROCESSORS[process.arch] ?? process.arch;
}

/** The text of --version. */
export function versionText(program: string, build: BuildInfo): string {
  return [
    `${program}, version ${build.version} (branch: ${build.branch}, revision: ${build.revision})`,
    `  build user:       ${build.buildUser}`,
    `  build date:       ${build.buildDate}`,
    `  node version:     ${process.version}`,
    `  platform:         ${platform()}`,
    '  tags:             unknown',
  ].join('\n');
}

/** `(version=…, branch=…, revision=…)`, as logged at start. */
export function versionSummary(build: BuildInfo): string {
  return `(version=${build.version}, branch=${build.branch}, revision=${build.revision})`;
}

/** `(node=…, platform=…, user=…, date=…, tags=…)`, as logged at start. */
export function buildContext(build: BuildInfo): string {
  return `(node=${process.version}, platform=${platform()}, user=${build.buildUser}, date=${build.buildDate}, tags=unknown)`;
}
