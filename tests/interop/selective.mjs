// Digital Bazaar's ecdsa-sd-2023 behind JSON lines: one request a line in, one reply a line out.
//   node selective.mjs CONTEXTS.json < requests > replies      (working directory: where npm installed)
// {"op": "base", "key": {"publicKeyMultibase", "secretKeyMultibase"}, "document", "mandatoryPointers"} -> {"document"}
// {"op": "derive", "document", "selectivePointers"} -> {"document"}
// {"op": "verify", "document"} -> {"verified", "errors"}
// Each reply also has "ms": what the call took. With "repeat" the median of several calls.
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

const require = createRequire(join(process.cwd(), 'index.js'));
const load = async name => {
  const loaded = await import(pathToFileURL(require.resolve(name)).href);
  return loaded.default && Object.keys(loaded).length === 1 ? loaded.default : loaded;
};
const jsigs = await load('jsonld-signatures');
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const EcdsaMultikey = await load('@digitalbazaar/ecdsa-multikey');
const {createSignCryptosuite, createDiscloseCryptosuite, createVerifyCryptosuite} =
  await load('@digitalbazaar/ecdsa-sd-2023-cryptosuite');
const {AssertionProofPurpose} = jsigs.purposes;

const contexts = new Map(Object.entries(JSON.parse(readFileSync(process.argv[2], 'utf8'))));
const documentLoader = async url => {
  const document = contexts.get(url) ?? didKey(url);
  if(!document) {
    throw new Error(`not local: ${url}`);
  }
  return {contextUrl: null, document, documentUrl: url};
};

function didKey(url) {
  const [did, fragment] = url.split('#');
  if(!did.startsWith('did:key:')) {
    return;
  }
  const publicKeyMultibase = did.slice('did:key:'.length);
  const context = 'https://w3id.org/security/multikey/v1';
  const method = {id: `${did}#${publicKeyMultibase}`, type: 'Multikey', controller: did, publicKeyMultibase};
  return fragment ? {'@context': context, ...method} : {
    '@context': ['https://www.w3.org/ns/did/v1', context], id: did, verificationMethod: [method],
    assertionMethod: [method.id]};
}

async function act({op, key, document, mandatoryPointers, selectivePointers, created}) {
  const purpose = new AssertionProofPurpose();
  if(op === 'base') {
    const pair = await EcdsaMultikey.from({type: 'Multikey', ...key, id: 'urn:key', controller: 'urn:controller'});
    pair.controller = `did:key:${pair.publicKeyMultibase}`;
    pair.id = `${pair.controller}#${pair.publicKeyMultibase}`;
    const suite = new DataIntegrityProof({
      signer: pair.signer(), cryptosuite: createSignCryptosuite({mandatoryPointers}), date: created});
    return {document: await jsigs.sign(document, {suite, purpose, documentLoader})};
  }
  if(op === 'derive') {
    const suite = new DataIntegrityProof({cryptosuite: createDiscloseCryptosuite({selectivePointers})});
    return {document: await jsigs.derive(document, {suite, purpose, documentLoader})};
  }
  const suite = new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()});
  const result = await jsigs.verify(document, {suite, purpose, documentLoader});
  return {verified: result.verified, errors: flatten(result.error).map(String)};
}

function flatten(error) {
  return error?.errors?.length ? error.errors.flatMap(flatten) : error ? [error] : [];
}

for await (const line of createInterface({input: process.stdin})) {
  const request = JSON.parse(line);
  const times = [];
  let reply = {};
  for(let i = 0; i < (request.repeat ?? 1); ++i) {
    const copy = structuredClone(request), started = performance.now();
    try {
      reply = await act(copy);
    } catch(error) {
      reply = {error: flatten(error).map(e => e.stack ?? String(e)).join('\n')};
    }
    times.push(performance.now() - started);
  }
  process.stdout.write(JSON.stringify({...reply, ms: times.sort((a, b) => a - b)[times.length >> 1]}) + '\n');
}
