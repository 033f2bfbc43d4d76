// What was signed, read out of the signed bytes themselves: canonical N-Quads (RDFC-1.0), or JSON. Both are read
// by the same names: JSON has no use for the prefix of a property.
import { broken, unchecked } from "./signed.js";

const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const VC = "https://www.w3.org/2018/credentials#";
const OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#";
const SCHEMA = "https://schema.org/";
const STATUS = "https://www.w3.org/ns/credentials/status#";
const LINE = /^(<[^>]*>|_:\S+) <([^>]*)> (<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*")(?:\^\^<[^>]*>|@\S+)? \.$/;
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

const term = (text) =>
  text[0] === "<" ? text.slice(1, -1)
  : text[0] === '"' ? text.slice(1, -1).replace(/\\(u.{4}|U.{8}|.)/g, (_, one) => (one.length > 1 ? String.fromCodePoint(parseInt(one.slice(1), 16)) : ESCAPES[one] ?? one))
  : text;

/** The only value. Two are refused: whoever could add a second one could make the badge say it. */
const only = (values) => {
  if (values.length > 1) throw unchecked("unclear");
  return values[0];
};

/** The default graph. Statements in other graphs are about other credentials. */
export function readQuads(text) {
  const graph = new Map();
  for (const line of text.split("\n")) {
    const found = LINE.exec(line);
    if (!found) continue;
    const key = `${term(found[1])} ${found[2]}`;
    if (!graph.has(key)) graph.set(key, []);
    graph.get(key).push(term(found[3]));
  }
  const all = (node, prefix, name) => graph.get(`${node} ${prefix}${name}`) ?? [];
  return {
    all,
    one: (...path) => only(all(...path)),
    is: (node, prefix, name) => all(node, TYPE, "").includes(prefix + name),
    id: (node) => node,
    with: (type) => [...graph].filter(([key, values]) => key.endsWith(` ${TYPE}`) && values.includes(type)).map(([key]) => key.split(" ")[0]),
  };
}

const list = (value) => (Array.isArray(value) ? value : value == null ? [] : [value]);
const text = (value) => (typeof value === "string" ? value : undefined);
const json = {
  all: (node, _, name) => list(node?.[name]),
  one: (node, _, name) => only(list(node?.[name])),
  is: (node, _, name) => list(node?.type).includes(name),
  id: (node) => node?.id ?? node,
};

/** Facts of a credential or of a status list. */
export function fromQuads(quads) {
  const graph = readQuads(quads);
  const ids = graph.with(VC + "VerifiableCredential");
  if (ids.length !== 1) throw unchecked("unclear");
  return facts(graph, ids[0]);
}

/** The same of JSON that was signed as it stands. */
export function fromJson(document) {
  if (!json.is(document, VC, "VerifiableCredential")) throw broken("signature");
  return facts(json, document);
}

function facts({ all, one, is, id }, root) {
  const said = (...path) => text(one(...path));
  const subject = one(root, VC, "credentialSubject");
  const achievement = one(subject, OB, "achievement");
  const issuer = one(root, VC, "issuer");
  const picture = one(achievement, OB, "image");
  const names = all(subject, OB, "identifier").filter((node) => one(node, OB, "identityType") === "name" && `${one(node, OB, "hashed")}` === "false");
  return {
    id: text(id(root)),
    list: is(root, STATUS, "BitstringStatusListCredential"),
    issuer: text(id(issuer)),
    by: said(issuer, SCHEMA, "name"),
    name: said(achievement, SCHEMA, "name"),
    picture: text(id(picture)),
    alt: said(picture, SCHEMA, "caption"),
    to: names.length === 1 ? said(names[0], OB, "identityHash") : said(subject, SCHEMA, "name"),
    awarded: said(root, OB, "awardedDate"),
    from: said(root, VC, "validFrom") ?? said(root, VC, "issuanceDate"),
    until: said(root, VC, "validUntil") ?? said(root, VC, "expirationDate"),
    encoded: said(subject, STATUS, "encodedList"),
    purposes: all(subject, STATUS, "statusPurpose"),
    statuses: all(root, VC, "credentialStatus").map((node) => ({
      known: is(node, STATUS, "BitstringStatusListEntry"),
      url: one(node, STATUS, "statusListCredential"),
      index: one(node, STATUS, "statusListIndex"),
      purpose: one(node, STATUS, "statusPurpose"),
      size: one(node, STATUS, "statusSize"),
      messages: all(node, STATUS, "statusMessage").map((message) => [one(message, STATUS, "status"), one(message, STATUS, "message")]),
    })),
  };
}
