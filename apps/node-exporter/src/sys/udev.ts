// udev's database: one file a device, lines of `E:NAME=value` among others.

/** The properties of a device. */
export function parseUdevProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (!line.startsWith('E:')) continue;
    const equals = line.indexOf('=');
    if (equals > 0) properties.set(line.slice(2, equals), line.slice(equals + 1));
  }
  return properties;
}
