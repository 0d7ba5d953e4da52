// The frame of the write-ahead log: segments of 32 KiB pages, records cut into fragments that never cross a
// page. A fragment is `type (1) | length (2) | CRC-32C of the data (4) | data`.

export const PAGE_BYTES = 32 * 1024;
export const FRAGMENT_HEADER_BYTES = 7;

/** The low three bits of a fragment's type; the next two say how the record is compressed. */
export const Fragment = { pageEnd: 0, full: 1, first: 2, middle: 3, last: 4, mask: 7 } as const;
export const FragmentCompression = { snappy: 8, zstd: 16 } as const;

/** No record may be larger, compressed or not: what a damaged length could make us reserve. */
export const RECORD_BYTES_MAX = 2 ** 30;
