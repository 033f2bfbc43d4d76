"""What an achievement is about and how far it goes, from the words of its name."""

from __future__ import annotations

import re
from typing import Final

from insignia_server.designs.icons import plain_words

# Icons, the best first, then words in English, German, French and Spanish without accents. A word of five
# letters or more is found within longer ones too (Krankenpflegehelfer).
_TABLE: Final = """
chart-line-up chart-bar chart-donut database presentation-chart : data daten datenanalyse analytics analysis statistic statistik donnees statistique datos estadistica analyse reporting kennzahlen
brain cpu robot graph circuitry : intelligence ai ki ia intelligenz inteligencia machine neural
robot gear-six cpu : robotics robotik robotique robotica automation automatisierung automatisation automatizacion
code terminal-window brackets-curly git-branch : programming coding software developer python java javascript code web programmierung entwickler programmation developpement programacion desarrollo informatik informatique informatica
shield-check lock-key fingerprint password : security cyber privacy datenschutz sicherheit cybersecurity securite ciberseguridad seguridad gdpr dsgvo
cloud hard-drives cloud-check : cloud devops server kubernetes
plugs-connected network share-network : network netzwerk reseau redes telecommunication
heartbeat hand-heart first-aid-kit : nursing nurse pflege krankenpflege soins infirmier infirmiere enfermeria cuidados care wound patient health gesundheit sante salud
first-aid ambulance first-aid-kit : first aid ersthelfer erste hilfe secours secourisme primeros auxilios emergency rescue rettung notfall
stethoscope syringe heartbeat : medicine medical doctor medizin medecine medicina clinical klinik surgery
pill prescription flask : pharmacy pharma apotheke pharmazie pharmacie farmacia medication
tooth : dental zahn dentaire dentista
brain head-circuit smiley : psychology psychologie psicologia mental therapy therapie
baby puzzle-piece balloon : childcare child kinder erzieher enfance enfant infancia preschool kindergarten
wheelchair person-arms-spread hand-heart : accessibility inclusion barrierefrei accessibilite accesibilidad disability
flame fire lightning : welding welder schweissen schweisser soudure soudage soudeur soldadura soldador forge
fire-extinguisher fire-truck siren : firefighter fire brandschutz feuerwehr incendie pompier incendios bombero
lightning plug circuitry : electric electrician elektriker elektrotechnik elektro electricite electricien electricidad electricista energy energie energia
solar-panel sun wind : solar photovoltaic photovoltaik renewable erneuerbare renouvelable renovable
wrench gear-six nut screwdriver : mechanic mechanical mechatronic mechanik mechaniker mechatronik mecanique mecanicien mecanica maintenance wartung instandhaltung mantenimiento
hammer toolbox ruler : craft carpentry joiner tischler zimmerer schreiner menuiserie carpinteria handwerk construction bau batiment construccion
crane hard-hat traffic-cone : building site crane baustelle chantier obra bauleitung
hard-hat shield-warning warning : safety arbeitsschutz arbeitssicherheit workplace prevention prevencion
scales gavel bank : law legal recht jura juristisch droit juridique derecho justice justiz justicia compliance
translate chats-circle globe : language languages sprache sprachen deutsch english englisch anglais ingles francais franzosisch frances espanol spanisch espagnol german french spanish italian italiano langue langues idioma idiomas translation ubersetzung traduction traduccion
chats-circle megaphone chat-teardrop-text : communication kommunikation comunicacion negotiation verhandlung mediation moderation
microphone-stage megaphone presentation : speaking rhetoric rhetorik presentation prasentation oratoria public rede vortrag
compass mountains flag-banner crown-simple : leadership leader fuhrung fuhrungskraft liderazgo direction management manager gestion
kanban strategy path target : project projekt projet proyecto agile scrum kanban product produkt
handshake users-three hand-heart : teamwork team collaboration zusammenarbeit equipe equipo cooperation volunteer ehrenamt benevolat voluntariado mentor mentoring
chalkboard-teacher student apple-logo exam : teaching teacher lehrer lehrkraft didactic didaktik padagogik enseignement enseignant docencia pedagogia trainer ausbilder
graduation-cap student books : degree bachelor master diploma abschluss licence titulo study studium
coins currency-circle-dollar bank wallet : finance finanzen finances finanzas banking bank investment
calculator receipt coins : accounting buchhaltung bilanz comptabilite contabilidad tax steuer impots bookkeeping
briefcase buildings suitcase-simple : business wirtschaft betriebswirtschaft entreprise negocios administration verwaltung administracion office buro
rocket-launch lightbulb rocket : entrepreneurship startup grundung entrepreneuriat emprendimiento innovation
megaphone-simple trend-up storefront : marketing advertising werbung publicite publicidad sales vertrieb vente ventas
headset smiley chat-circle-dots : customer service kundenservice kunden client cliente support
package truck factory : logistics logistik logistique logistica warehouse lager supply lieferkette
truck steering-wheel forklift : driver driving fahrer chauffeur conductor forklift stapler
airplane-tilt airplane compass : aviation aviation pilot flug luftfahrt avion aviacion drone drohne
sailboat anchor boat lifebuoy : sailing boat segel segeln schiff nautical maritime voile marine vela navegacion seamanship
factory gear assembly : manufacturing production produktion fertigung fabrication fabricacion industry industrie industria lean
flask test-tube atom : chemistry chemie chimie quimica laboratory labor laboratoire laboratorio
atom planet wave-sine : physics physik physique fisica quantum quanten
planet shooting-star binoculars : astronomy astronomie astronomia space weltraum espace espacio
dna microscope virus : biology biologie biologia genetics genetik biotechnology biotechnologie research forschung recherche investigacion science wissenschaft ciencia
function math-operations pi : mathematics math mathe mathematik mathematiques matematicas algebra
leaf plant recycle globe-hemisphere-west : sustainability environment nachhaltig nachhaltigkeit umwelt durable environnement sostenibilidad ambiental climate klima climat clima ecology okologie
recycle arrows-clockwise : recycling waste abfall kreislauf dechets residuos circular
plant flower-tulip tree : garden gardening gartner gartenbau horticulture jardin jardinage jardineria botany botanik
tree-evergreen tree axe : forest forestry forst forstwirtschaft wald foret sylviculture forestal
grains tractor plant : agriculture farming landwirtschaft agricola agricultura ernte
drop waves fish : water wasser eau agua hydrology
cow horse paw-print : animal tier veterinary tierpflege veterinaire veterinario
cooking-pot chef-hat fork-knife : cooking cook chef kochen koch kuche cuisine cuisinier cocina gastronomy gastronomie hospitality
bread cake cookie : baking baker backer backerei boulangerie boulanger panaderia pastry konditor patisserie
coffee coffee-bean : coffee barista kaffee cafe
wine grains : wine sommelier wein vin vino
first-aid bed bell : hotel tourism tourismus tourisme turismo travel reise
palette paint-brush pencil-line : art arts kunst painting malerei peinture pintura arte
pen-nib bezier-curve swatches : design designer gestaltung grafik graphic graphisme diseno ux ui typography
camera aperture film-slate : photography photo fotografie photographie fotografia
film-slate video-camera : film video cinema kino media medien
music-notes guitar piano-keys : music musik musique musica choir chor choeur coro piano
mask-happy curtains : theatre theater drama schauspiel teatro
pencil-line feather book-open-text : writing schreiben ecriture redaction escritura author journalism journalismus
books book-open bookmark-simple : reading literature literatur library bibliothek lecture litterature bibliotheque lectura biblioteca books
bank columns hourglass-medium : history geschichte histoire historia archaeology museum
compass-tool ruler buildings : architecture architekt architektur architecte arquitectura
map-trifold compass globe : geography geographie geografia map karten orientation
barbell trophy sneaker-move : fitness sport sports deporte coach training
swimming-pool person-simple-swim lifebuoy : swimming schwimmen natation natacion lifeguard
mountains tent path : climbing mountain berg wandern alpin montagne montana hiking outdoor
bicycle person-simple-bike : bicycle cycling fahrrad velo ciclismo
soccer-ball whistle : football fussball futbol referee schiedsrichter arbitre
game-controller puzzle-piece : game games spiel jeu juego
scissors hair-dryer : hair friseur coiffure coiffeur peluqueria
needle t-shirt scissors : sewing fashion textile nahen mode couture costura moda
lightbulb puzzle-piece : problem creative kreativ creativite creatividad thinking denken critical kritisch
magnifying-glass list-checks seal-check : quality qualitat qualite calidad audit inspection prufung iso
scroll certificate seal-check : ethics ethik ethique etica integrity
user-focus fingerprint-simple identification-badge : identity identitat identite human personal hr personalwesen recursos ressources
church hands-praying : theology theologie religion
"""
_KINDS: Final = (
    ("degree", ("graduation-cap", "student", "books")),
    ("diploma", ("graduation-cap", "scroll", "books")),
    ("certif", ("seal-check", "certificate", "scroll")),
    ("licen", ("identification-card", "seal-check", "key")),
    ("course", ("book-open", "books", "notebook")),
    ("program", ("path", "books", "compass")),
    ("compet", ("target", "star-four", "puzzle-piece")),
    ("assess", ("exam", "list-checks", "target")),
    ("member", ("users-three", "identification-badge", "handshake")),
    ("service", ("hand-heart", "handshake", "users-three")),
    ("award", ("trophy", "medal", "crown-simple")),
    ("micro", ("lightbulb", "star-four", "puzzle-piece")),
)
_ABSTRACT: Final = (
    "star-four",
    "compass",
    "lightbulb",
    "feather",
    "mountains",
    "key",
    "sparkle",
    "puzzle-piece",
    "flag-banner",
    "crown-simple",
    "target",
    "path",
)
_LEVELS: Final = (
    (5, "master meister champion maestro maitre mastery"),
    (4, "expert experte expertin experto specialist spezialist specialiste especialista professional profi"),
    (3, "advanced fortgeschritten fortgeschrittene avance avancee avanzado avanzada upper"),
    (2, "intermediate mittelstufe aufbau intermediaire intermedio intermedia practitioner aufbaukurs"),
    (1, "foundation foundations basic basics beginner introduction introductory grundlagen grundkurs einfuhrung anfanger bases debutant initiation basico basica introduccion fundamentos principiante elementary starter"),  # noqa: E501
)
_CEFR: Final = {"a1": 1, "a2": 2, "b1": 3, "b2": 4, "c1": 5, "c2": 5}
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_NUMBERED: Final = re.compile(r"\b(?:level|stufe|niveau|nivel|grade|stage)\s*([1-8]|iii|ii|iv|i|v)\b")


def _read() -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
    out = []
    for line in _TABLE.strip().splitlines():
        left, _, right = line.partition(" : ")
        out.append((tuple(left.split()), frozenset(right.split())))
    return tuple(out)


_SUBJECTS: Final = _read()


def icons_for(name: str, kind: str = "") -> list[str]:
    """Ids of icons that fit a name, the best first; by the type of the achievement where no word is known."""
    words = plain_words(name)
    scored: list[tuple[float, int, tuple[str, ...]]] = []
    for place, (drawn, known) in enumerate(_SUBJECTS):
        score = max((_match(word, known) - 0.15 * i for i, word in enumerate(words)), default=0.0)
        if score > 2:
            scored.append((-score, place, drawn))
    found = [f"ph:{icon}" for _, _, drawn in sorted(scored) for icon in drawn]
    low = kind.casefold()
    for part, drawn in _KINDS:
        if part in low:
            found += [f"ph:{icon}" for icon in drawn]
    return list(dict.fromkeys([*found, *(f"ph:{icon}" for icon in _ABSTRACT)]))


def is_known(name: str) -> bool:
    """Whether a word of the name is a subject that has an icon."""
    words = plain_words(name)
    return any(_match(word, known) > 2 for word in words for _, known in _SUBJECTS)


def level_of(*texts: str) -> int:
    """The level from 0 (none said) to 5 that a text names: words, A1 to C2, EQF and plain numbers."""
    for text in texts:
        low = " ".join(plain_words(text))
        if low.isdigit() and 1 <= int(low) <= 5:
            return int(low)
        eqf = re.search(r"\b(?:eqf|dqr|eqr|nqf|cec|mec)\s*(?:level\s*)?([1-8])\b", low)
        if eqf:
            return max(1, round(int(eqf[1]) * 5 / 8))
        words = low.split()
        for word in words:
            if word in _CEFR:
                return _CEFR[word]
        numbered = _NUMBERED.search(low)
        if numbered:
            value = numbered[1]
            return min(5, _ROMAN.get(value) or int(value))
        for level, names in _LEVELS:
            if set(words) & set(names.split()):
                return level
    return 0


def _match(word: str, known: frozenset[str]) -> float:
    """How surely a word is one of the known ones: whole, its beginning, or within a compound."""
    if word in known:
        return 6.0 + len(word) / 20
    best = 0.0
    for one in known:
        if len(one) >= 4 and word.startswith(one):
            best = max(best, (5.0 if len(word) - len(one) <= 4 else 4.2) + len(one) / 20)
        elif len(one) >= 5 and one in word:
            best = max(best, 3.5 + len(one) / 20)
    return best
