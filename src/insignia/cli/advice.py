"""What to do next about an error, by its code or the beginning of it."""

ADVICE = {
    "baking.not-a-picture": "badges live in PNG, SVG and PDF files; to bake, convert it to PNG or SVG first",
    "baking.no-credential": "perhaps it is the plain artwork or a scan; ask for the file the issuer sent",
    "baking.truncated": "the file was cut off on its way; fetch it again",
    "baking.crc": "the file was damaged on its way; fetch it again",
    "baking.entities": "export it as plain SVG, without the editing data of the drawing program",
    "baking.not-a-credential": "bake what `insignia issue` wrote: a JSON document or a JWT",
    "not-supported-yet": "this says nothing about the badge itself",
    "publish.addresses": "give --base an https address, such as https://badges.example.org/ann",
    "format.unknown": "look inside with: insignia inspect FILE",
    "resolve.offline": "leave out --offline to let it be fetched",
    "resolve.blocked": "only public https addresses are fetched; others are reached through --map ORIGIN=URL",
    "resolve.unreachable": "check the address and your connection, then try again",
    "resolve.timeout": "the other server did not answer in time; try again later",
    "invalidDid": "a DID looks like did:key:z6Mk… or did:web:example.org",
    "methodNotSupported": "Insignia knows did:key, did:jwk and did:web",
}
