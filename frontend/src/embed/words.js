// The few words of the component, in the languages of the interface.
const en = {
  valid: "Verified in your browser: valid", expired: "Expired on {d}", early: "Valid from {d}", revoked: "Revoked by its issuer",
  suspended: "Suspended by its issuer", broken: "Do not trust this", unchecked: "Not checked here", missing: "Nothing to show",
  checking: "Verifying …", by: "Issued by {n}", to: "Awarded to {n}", more: "Verify it",
  whys: {
    signature: "it is not what the issuer signed", key: "the issuer does not list the key that signed it", other: "this is another badge",
    browser: "this browser cannot check signatures here", net: "a server did not answer", form: "this kind of signature needs the full check",
    did: "the issuer has no address of its own", withdrawn: "the issuer has withdrawn the key", unclear: "what was signed is ambiguous",
    status: "its status could not be read", missing: "there is no such badge, or its learner keeps it private", address: "this is no address of a badge",
  },
};
const de = {
  valid: "In Ihrem Browser geprüft: gültig", expired: "Abgelaufen am {d}", early: "Gültig ab {d}", revoked: "Vom Aussteller widerrufen",
  suspended: "Vom Aussteller ausgesetzt", broken: "Nicht vertrauen", unchecked: "Hier nicht geprüft", missing: "Nichts zu zeigen",
  checking: "Wird geprüft …", by: "Ausgestellt von {n}", to: "Verliehen an {n}", more: "Prüfen",
  whys: {
    signature: "das hat der Aussteller so nicht signiert", key: "der Aussteller führt den Schlüssel der Signatur nicht", other: "das ist ein anderer Badge",
    browser: "dieser Browser kann hier keine Signaturen prüfen", net: "ein Server hat nicht geantwortet", form: "diese Art Signatur braucht die volle Prüfung",
    did: "der Aussteller hat keine eigene Adresse", withdrawn: "der Aussteller hat den Schlüssel zurückgezogen", unclear: "das Signierte ist mehrdeutig",
    status: "sein Status war nicht lesbar", missing: "es gibt diesen Badge nicht, oder er ist privat", address: "das ist keine Adresse eines Badges",
  },
};
const fr = {
  valid: "Vérifié dans votre navigateur : valide", expired: "Expiré le {d}", early: "Valable à partir du {d}", revoked: "Révoqué par son émetteur",
  suspended: "Suspendu par son émetteur", broken: "Ne vous y fiez pas", unchecked: "Non vérifié ici", missing: "Rien à afficher",
  checking: "Vérification …", by: "Émis par {n}", to: "Décerné à {n}", more: "Vérifier",
  whys: {
    signature: "ce n’est pas ce que l’émetteur a signé", key: "l’émetteur ne reconnaît pas la clé de la signature", other: "c’est un autre badge",
    browser: "ce navigateur ne peut pas vérifier de signature ici", net: "un serveur n’a pas répondu", form: "ce type de signature demande la vérification complète",
    did: "l’émetteur n’a pas d’adresse à lui", withdrawn: "l’émetteur a retiré la clé", unclear: "ce qui est signé est ambigu",
    status: "son état n’a pas pu être lu", missing: "ce badge n’existe pas ou reste privé", address: "ce n’est pas l’adresse d’un badge",
  },
};
const es = {
  valid: "Verificada en su navegador: válida", expired: "Caducó el {d}", early: "Válida desde el {d}", revoked: "Revocada por su emisor",
  suspended: "Suspendida por su emisor", broken: "No se fíe de esto", unchecked: "No comprobada aquí", missing: "Nada que mostrar",
  checking: "Verificando …", by: "Emitida por {n}", to: "Otorgada a {n}", more: "Verificar",
  whys: {
    signature: "no es lo que el emisor firmó", key: "el emisor no reconoce la clave de la firma", other: "es otra insignia",
    browser: "este navegador no puede comprobar firmas aquí", net: "un servidor no respondió", form: "este tipo de firma requiere la verificación completa",
    did: "el emisor no tiene dirección propia", withdrawn: "el emisor retiró la clave", unclear: "lo firmado es ambiguo",
    status: "no se pudo leer su estado", missing: "esta insignia no existe o es privada", address: "no es la dirección de una insignia",
  },
};
const table = { en, de, fr, es };

/** The words for a language tag, and the tag for dates. */
export const words = (tag) => table[(tag || "en").slice(0, 2).toLowerCase()] ?? en;
