/**
 * Known answers for adapter.js, over real pipes: values that BOLT 1 (appendices A and B) and BOLT 4 (the test vectors
 * and onion-test.json) publish, and what the adapter does with lines that are no case at all.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const path = relative => fileURLToPath(new URL(relative, import.meta.url));
const ONION = readFileSync(path('../../../tests/published/bolt4-onion.hex'), 'utf8').replace(/\s/g, '');
const NODE_SECRETS = ['41', '42', '43', '44', '45'].map(byte => byte.repeat(32));
const HOPS = [
  {
    public_key: '02eec7245d6b7d2ccb30380bfbe2a3648cd7a942653f5aa340edcea1f283686619',
    payload: '02023a98040205dc06080000000000000001',
  },
  {
    public_key: '0324653eac434488002cc06bbfb7f10fe18991e35f9fe4302dbea6d2353dc0ab1c',
    payload: `020236b00402057806080000000000000002fd02013c${'0102030405060708090a0b0c0d0e0f'.repeat(4)}`,
  },
  {
    public_key: '027f31ebc5462c1fdce1b737ecff52d37d75dea43ce11c74d25aa297165faa2007',
    payload: '020230d4040204e206080000000000000003',
  },
  {
    public_key: '032c0b7cf95324a07d05398b240174dc0c2be444d96b159aa6c7f7b1e668680991',
    payload: '02022710040203e806080000000000000004',
  },
  {
    public_key: '02edabbd16b41c8371b92ef2f04c1185b4f03b6dcd52ba9b78d9d7c89c8f221145',
    payload:
      '02022710040203e8082224a33562c54507a9334e79f0dc4f17d407e6d7c61f0e2f3d0d38599502f617042710' +
      `fd012de0${'2a'.repeat(224)}`,
  },
];

/** What the adapter writes to stdout for these lines, line by line. */
function run(...lines) {
  const { status, stdout } = spawnSync(process.execPath, [path('../adapter.js')], {
    encoding: 'utf8',
    input: lines.map(line => `${line}\n`).join(''),
  });
  assert.equal(status, 0);
  return stdout.split('\n').filter(Boolean).map(line => JSON.parse(line));
}

function ask(operation, input) {
  const [{ seq, ...answer }] = run(JSON.stringify({ type: 'case', seq: 7, operation, input }));
  assert.equal(seq, 7);
  return answer;
}

test('the hello names both packages with the versions of the lock file', () => {
  const lock = JSON.parse(readFileSync(path('../package-lock.json'), 'utf8')).packages;
  const [hello] = run('{"type":"hello","protocol":1,"runner":"a test"}');
  assert.equal(hello.implementation.name, 'bolt01+bolt04');
  assert.equal(
    hello.implementation.version,
    `${lock['node_modules/bolt01'].version}+${lock['node_modules/bolt04'].version}`,
  );
});

test('BOLT 1: a value of eight bytes', () => {
  assert.deepEqual(ask('bigsize.decode', { bytes: 'ffffffffffffffffff' }), {
    accept: { value: '18446744073709551615', length: 9 },
  });
  assert.deepEqual(ask('bigsize.encode', { value: '18446744073709551615' }), {
    accept: { bytes: 'ffffffffffffffffff' },
  });
});

test('BOLT 1: not canonical, and no bytes', () => {
  assert.deepEqual(ask('bigsize.decode', { bytes: 'fe0000ffff' }), { reject: { reason: 'bigsize_not_minimal' } });
  assert.deepEqual(ask('bigsize.decode', { bytes: '' }), { reject: { reason: 'bigsize_truncated' } });
});

test('BOLT 1: a known record is handed out, an unknown odd one is not', () => {
  assert.deepEqual(ask('tlv.decode', { namespace: 'n1', stream: '010100' + '2100' }), {
    accept: { records: [{ type: '1', value: '00' }] },
  });
  assert.deepEqual(ask('tlv.decode', { namespace: 'n1', stream: '01' }), { reject: { reason: 'length_truncated' } });
});

test('BOLT 4: the published onion', () => {
  const input = { session_key: '41'.repeat(32), associated_data: '42'.repeat(32), hops: HOPS };
  assert.deepEqual(ask('onion.construct', input), { accept: { packet: ONION } });
});

test('BOLT 4: the published onion, peeled hop by hop', () => {
  let packet = ONION;
  HOPS.forEach(({ payload }, index) => {
    const peeled = ask('onion.peel', {
      node_secret: NODE_SECRETS[index],
      packet,
      associated_data: '42'.repeat(32),
    }).accept;
    assert.equal(peeled.payload, payload);
    assert.equal(peeled.final, index === HOPS.length - 1);
    packet = peeled.next_packet;
  });
  assert.equal(packet, undefined);
});

test('BOLT 4: the first shared secret', () => {
  const input = { secret_key: NODE_SECRETS[0], public_key: HOPS[0].public_key };
  assert.deepEqual(ask('ecdh.shared_secret', input), {
    accept: { shared_secret: '53eb63ea8a3fec3b3cd433b85cd62a4b145e1dda09391b348c4e1cd36a03ea66' },
  });
});

test('BOLT 4: the published blinded routes', () => {
  const { routes, unblind } = JSON.parse(readFileSync(path('../../../tests/published/bolt4-blinded.json'), 'utf8'));
  routes.forEach(({ session_key, first_path_key, hops }) => {
    const given = hops.map(({ node_id, data }) => ({ public_key: node_id, recipient_data: data }));
    const made = hops.map(hop => ({ blinded_node_id: hop.blinded_node_id, encrypted_recipient_data: hop.encrypted }));
    assert.deepEqual(ask('blinded.create', { session_key, hops: given }), { accept: { first_path_key, hops: made } });
  });
  unblind.forEach(({ node_secret, path_key, encrypted, data, next_path_key }) => {
    const input = { node_secret, path_key, encrypted_recipient_data: encrypted };
    assert.deepEqual(ask('blinded.unblind', input), { accept: { recipient_data: data, next_path_key } });
  });
});

test('an exception that is no refusal is an error, an operation that it lacks unsupported', () => {
  assert.match(ask('onion.peel', {}).error, /TypeError/);
  assert.match(ask('keysend.send', {}).unsupported, /keysend\.send/);
});

test('a line that is no message is skipped', () => {
  assert.equal(run('no JSON', '{"type":"hello","protocol":1,"runner":"a test"}').length, 1);
});
