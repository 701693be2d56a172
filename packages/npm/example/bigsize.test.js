import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBigSize } from 'bolt01';
import { cases } from 'spontan-vectors';

for (const { id, input, expect } of cases('bigsize.decode')) {
  test(id, () => {
    const decode = () => decodeBigSize({ encoded: input.bytes });
    if (expect[0].reject) return assert.throws(decode);
    const { decoded, length } = decode();
    assert.deepEqual({ value: decoded, length }, expect[0].accept);
  });
}
