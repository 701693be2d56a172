/**
 * @noble/curves behind the Spontan adapter protocol, version 1: `ecdh.shared_secret` and `offline.derive`, as a second
 * opinion on the curve. The library gives the compressed shared point; BOLT 4's secret is its SHA-256, by @noble/hashes,
 * which has the HMAC as well.
 */
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';

const { dependencies } = createRequire(import.meta.url)('./package.json');
const bytes = hex => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = array => Buffer.from(array).toString('hex');

const HELLO = {
  type: 'hello',
  protocol: 1,
  implementation: { name: '@noble/curves', version: dependencies['@noble/curves'], language: 'javascript' },
  operations: ['ecdh.shared_secret', 'offline.derive'],
  window: 64,
};

/** The amount's bytes for its HMAC. */
function written(amount, encoding) {
  if (encoding === 'decimal') return Buffer.from(amount);
  const all = Buffer.alloc(8);
  all.writeBigUInt64BE(BigInt(amount));
  if (encoding === 'u64_little_endian') return all.reverse();
  const first = all.findIndex(byte => byte !== 0);
  return encoding === 'tu64' ? all.subarray(first < 0 ? 8 : first) : all;
}

function derive(point, { amount, secret, hmac_key, amount_encoding }) {
  const base = secret === 'x' ? point.subarray(1) : sha256(point);
  const message = written(amount, amount_encoding);
  const preimage = hmac_key === 'secret' ? hmac(sha256, base, message) : hmac(sha256, message, base);
  const id = written(amount, amount_encoding === 'u64_little_endian' ? amount_encoding : 'u64');
  return { preimage: hex(preimage), payment_hash: hex(sha256(preimage)), short_channel_id: hex(id) };
}

function answer({ seq, operation, input }) {
  if (!HELLO.operations.includes(operation)) {
    return { seq, unsupported: `this adapter has no ${operation}` };
  }
  let point;
  try {
    point = secp256k1.getSharedSecret(bytes(input.secret_key), bytes(input.public_key));
  } catch (error) {
    // The library throws on every input that it refuses, and says in its own words why.
    return { seq, reject: { reason: error.message } };
  }
  if (operation === 'offline.derive') return { seq, accept: derive(point, input) };
  return { seq, accept: { shared_secret: hex(sha256(point)), x: hex(point.subarray(1)) } };
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(message.type === 'hello' ? HELLO : answer(message))}\n`);
}
