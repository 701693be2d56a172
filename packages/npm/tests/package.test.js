// The package holds every case, and its helpers say what is wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cases, expectation, operations } from 'spontan-vectors';

test('every case of the bundle is here', () => {
  const found = operations().flatMap(cases);
  assert.equal(new Set(found.map(({ id }) => id)).size, found.length);
  assert.equal(found.length, Number(process.env.SPONTAN_CASES));
  assert.ok(found.every(({ level, expect }) => level && expect[0].when));
});

test('policies choose the expectation', () => {
  const found = cases('keysend.receive').find(({ id }) => id === 'keysend.receive/even-custom-65536');
  assert.ok(expectation(found).reject);
  assert.ok(expectation(found, { custom_even_records: 'accept' }).accept);
  assert.throws(() => expectation(found, { custom_even_records: 'other' }), /misspelt/);
});

test('what is misspelt is said', () => {
  assert.throws(() => cases('bigsize'), /bigsize.decode, bigsize.encode/);
});
