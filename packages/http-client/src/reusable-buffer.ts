/**
 * Bytes that a caller owns and lends to one request at a time. The array grows when a body needs more and then
 * stays that large; `bytes` may be another array after each request, so callers read it anew.
 */
export class ReusableBuffer {
  bytes: Uint8Array;

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.bytes = bytes;
  }

  /** Makes room for `length` bytes, keeping the first `used`. */
  reserve(length: number, used: number): void {
    if (length <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(length, this.bytes.length * 2, 16 * 1024));
    larger.set(this.bytes.subarray(0, used));
    this.bytes = larger;
  }
}
