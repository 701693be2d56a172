/**
 * @noble/curves behind the Spontan adapter protocol, version 1: `ecdh.shared_secret` alone, as a second opinion on the
 * curve. The library gives the compressed shared point; BOLT 4's secret is its SHA-256, by @noble/hashes.
 */
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';

const { dependencies } = createRequire(import.meta.url)('./package.json');
const bytes = hex => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = array => Buffer.from(array).toString('hex');

const HELLO = {
  type: 'hello',
  protocol: 1,
  implementation: { name: '@noble/curves', version: dependencies['@noble/curves'], language: 'javascript' },
  operations: ['ecdh.shared_secret'],
  window: 64,
};

function answer({ seq, operation, input }) {
  if (operation !== 'ecdh.shared_secret') {
    return { seq, unsupported: `this adapter has no ${operation}` };
  }
  let point;
  try {
    point = secp256k1.getSharedSecret(bytes(input.secret_key), bytes(input.public_key));
  } catch (error) {
    // The library throws on every input that it refuses, and says in its own words why.
    return { seq, reject: { reason: error.message } };
  }
  return { seq, accept: { shared_secret: hex(sha256(point)), x: hex(point.subarray(1)) } };
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(message.type === 'hello' ? HELLO : answer(message))}\n`);
}
