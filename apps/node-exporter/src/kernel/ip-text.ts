// IP addresses as bytes and as text.

/** Four bytes as `192.0.2.1`, sixteen as `2001:db8::1`; '' for any other length. */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return '';
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i]! << 8) | bytes[i + 1]!).toString(16));
  // The URL parser writes the canonical form, with the longest run of zeros left out.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** `192.0.2.0/24`: the bits behind the prefix cleared; `default` for an empty prefix. */
export function prefixText(bytes: Uint8Array, length: number): string {
  if (length === 0) return 'default';
  const masked = Uint8Array.from(
    bytes,
    (byte, i) => byte & (0xff00 >> Math.max(0, Math.min(8, length - i * 8))) & 0xff,
  );
  return `${ipText(masked)}/${length}`;
}
