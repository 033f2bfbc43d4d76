"""Email addresses as people type and paste them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import idna

from insignia_server.awarding.sheets.characters import CONTROL, INVISIBLE, JOINERS, trim
from insignia_server.awarding.sheets.model import Finding, finding, visible

_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOMAIN: Final = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
PLAIN: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@({_DOMAIN})")
_DOMAIN_ONLY: Final = re.compile(_DOMAIN)
_WIDE: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"  # RFC 6531, 3.3
_LOCAL: Final = re.compile(rf"{_WIDE}(?:\.{_WIDE})*", re.IGNORECASE)
_LOCAL_ASCII: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*", re.IGNORECASE)
_QUOTED: Final = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[ -~])+"')
_DISPLAY: Final = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^'<>]*)'|([^"<>]*?))\s*<([^<>]*)>[\s,;]*""")
_ANYWHERE: Final = re.compile(r"[^\s,;/|<>\"()]+@[^\s,;/|<>\"()@]+\.[^\s,;/|<>\"()@]+")

# The commonest providers. Real domains one letter away from another stand here too, so that they are known.
_PROVIDERS: Final = """
gmail.com googlemail.com mail.com ymail.com email.com hotmail.com hotmail.co.uk hotmail.fr
hotmail.de hotmail.es hotmail.it outlook.com outlook.de outlook.fr outlook.es live.com live.de
live.fr live.co.uk live.nl msn.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de yahoo.es yahoo.it
yahoo.co.in yahoo.in yahoo.ca yahoo.com.br yahoo.com.mx rocketmail.com icloud.com me.com mac.com
aol.com aim.com gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.fr web.de t-online.de freenet.de arcor.de
posteo.de mailbox.org proton.me protonmail.com protonmail.ch pm.me tutanota.com tuta.io zoho.com
fastmail.com hey.com orange.fr wanadoo.fr free.fr laposte.net sfr.fr bbox.fr neuf.fr bluewin.ch
hispeed.ch sunrise.ch telefonica.net libero.it virgilio.it tiscali.it alice.it yandex.ru yandex.com
mail.ru rambler.ru bk.ru inbox.ru qq.com 163.com 126.com sina.com naver.com daum.net comcast.net
verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net optonline.net
rogers.com sympatico.ca shaw.ca telus.net bigpond.com optusnet.com.au btinternet.com sky.com
virginmedia.com talktalk.net ntlworld.com blueyonder.co.uk uol.com.br bol.com.br terra.com.br
ig.com.br globo.com rediffmail.com ziggo.nl kpnmail.nl planet.nl xs4all.nl telenet.be skynet.be
wp.pl onet.pl o2.pl interia.pl seznam.cz centrum.cz
"""

_LONGEST: Final = 1_000  # of a cell with display name; some patterns below take quadratic time

Address = tuple[str, str]  # the address, the display name that stood beside it


class EmailCheck:
    """Checks one cell. Typing errors of a domain are seen against the usual providers and `own_domains`."""

    def __init__(self, own_domains: Iterable[str] = ()) -> None:
        self._known = {*_PROVIDERS.split(), *(domain.lower() for domain in own_domains)}
        self._shorter: dict[str, list[str]] = {}
        for domain in sorted(self._known):
            for shorter in _deletions(domain):
                self._shorter.setdefault(shorter, []).append(domain)
        self._meant: dict[str, str] = dict.fromkeys(self._known, "")

    def __call__(self, text: str) -> tuple[Address, tuple[Finding, ...]]:
        """The address (empty when there is none) and what is to be said about the cell."""
        plain = PLAIN.fullmatch(text)
        if plain is None or len(text) > 254 or text.index("@") > 64:
            return self._slow(text)
        domain = plain[1]
        meant = self._meant.get(domain)
        if meant is None:
            meant = self._remember(domain)
        if not meant:
            return (text, ""), ()
        return (text, ""), (self._near_miss(text, text, meant),)

    def _slow(self, text: str) -> tuple[Address, tuple[Finding, ...]]:
        if len(text) > _LONGEST:
            return ("", ""), (finding("email.too-long", visible(text, 120)),)
        bare, display = _bare(text)
        if not bare:
            return ("", display), (() if not trim(text) else (finding("email.invalid", visible(text)),))
        if bare.count("@") > 1 and not _is_quoted(bare):
            found = list(dict.fromkeys(_ANYWHERE.findall(bare)))
            if len(found) > 1:
                return ("", display), (finding("email.several", visible(text), found[0]),)
        local, _, domain = bare.rpartition("@")
        ascii_domain = _domain(domain)
        if not ascii_domain or not (_is_quoted(bare) or _LOCAL.fullmatch(local)):
            return ("", display), (finding("email.invalid", visible(text), _repaired(bare)),)
        address = f"{local}@{ascii_domain}"
        if len(address) > 254 or len(local.encode()) > 64:
            return ("", display), (finding("email.too-long", visible(text)),)
        return (address, display), tuple(self._remarks(text, address, local, ascii_domain))

    def _remarks(self, text: str, address: str, local: str, domain: str) -> Iterable[Finding]:
        if text.strip(" ").lower() != f"{local}@{text.strip(' ').rpartition('@')[2]}".lower():
            yield finding("email.cleaned", visible(text), address)
        if not local.isascii():  # mail.envelope: RFC 6531 is not spoken
            yield finding("email.unsendable", visible(text))
        elif not _LOCAL_ASCII.fullmatch(local):
            yield finding("email.unusual", visible(text))
        elif local.isupper() and sum(map(str.isalpha, local)) > 1:
            yield finding("email.upper-case", visible(text), address.lower())
        meant = self._meant.get(domain)
        meant = self._remember(domain) if meant is None else meant
        if meant:
            yield self._near_miss(text, address, meant)

    def _near_miss(self, text: str, address: str, meant: str) -> Finding:
        return finding(
            "email.near-miss", visible(text), f"{address.rpartition('@')[0]}@{meant}", domain=meant
        )

    def _remember(self, domain: str) -> str:
        meant = self.meant(domain)
        if len(self._meant) < 50_000:
            self._meant[domain] = meant
        return meant

    def meant(self, domain: str) -> str:
        """The known domain that is one insertion, deletion, substitution or swap away; '' for none.

        A domain with a very short name (`web.de`) has too many honest neighbours: only a slip in its
        ending counts.
        """
        if domain in self._known:
            return ""
        candidates = set(self._shorter.get(domain, ()))
        for shorter in _deletions(domain):
            if shorter in self._known:
                candidates.add(shorter)
            candidates.update(self._shorter.get(shorter, ()))
        name = domain.partition(".")[0]
        near = [
            known
            for known in candidates
            if _is_one_step(domain, known)
            and (len(known.partition(".")[0]) >= 4 or known.partition(".")[0] == name)
        ]
        return min(near, key=lambda known: (known != "gmail.com", known), default="")


def _deletions(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def _is_one_step(one: str, other: str) -> bool:
    """Whether the Damerau-Levenshtein distance of two different words is 1."""
    short, long = sorted((one, other), key=len)
    same = 0
    while same < len(short) and short[same] == long[same]:
        same += 1
    if len(short) < len(long):
        return len(long) - len(short) == 1 and short[same:] == long[same + 1 :]
    swapped = long[same : same + 2][::-1] == short[same : same + 2] and short[same + 2 :] == long[same + 2 :]
    return short[same + 1 :] == long[same + 1 :] or swapped


def _bare(text: str) -> tuple[str, str]:
    """The address alone, and the display name that stood beside it."""
    bare, display = trim(text), ""
    match = _DISPLAY.fullmatch(bare)
    if match and match[4].strip():
        display = trim(re.sub(r"\\(.)", r"\1", match[1] or match[2] or match[3] or ""))
        bare = trim(match[4])
    if bare[:7].lower() == "mailto:":
        bare = bare[7:].partition("?")[0]
    if not _is_quoted(bare):
        bare = bare.strip(" ,;<>'\"")
        bare = JOINERS.sub("", INVISIBLE.sub("", bare))
    return trim(bare), display


def _is_quoted(bare: str) -> bool:
    return bare.startswith('"') and _QUOTED.fullmatch(bare.rpartition("@")[0]) is not None


def _domain(domain: str) -> str:
    """The domain in small ASCII letters (IDNA 2008, mapped by UTS 46); empty when it is none."""
    domain = domain.removesuffix(".")
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError, ValueError):
            return ""
    domain = domain.lower()
    return domain if len(domain) <= 253 and _DOMAIN_ONLY.fullmatch(domain) else ""


def _repaired(bare: str) -> str:
    """The address that was probably meant, when one small repair makes it one."""
    text = CONTROL.sub("", bare.lower())
    first, _, rest = text.partition(" ")
    if rest.strip() and "@" not in rest and PLAIN.fullmatch(first):
        return first  # and a name behind it
    text = re.sub(r"\s*[\[({]\s*(?:at|ät)\s*[\])}]\s*|\s+at\s+", "@", text)
    text = re.sub(r"\s*[\[({]\s*(?:dot|punkt|point)\s*[\])}]\s*|\s+dot\s+", ".", text)
    text = re.sub(r"\s+", "", text)
    text = re.sub(r"\.{2,}", ".", re.sub(r"@{2,}", "@", text)).replace(".@", "@").replace("@.", "@")
    local, at, domain = text.rpartition("@")
    text = local.strip(".") + at + domain.replace(",", ".").replace(";", ".").strip(".")
    return text if PLAIN.fullmatch(text) and text != bare else ""
