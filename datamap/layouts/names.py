"""One thing written many ways: which spellings of a name are certainly one, which only probably, and the change itself.

Spellings are joined without asking only where nothing but noise parts them; a company's name with another legal form or
place is another company. What is probable is proposed, and becomes one name only when the analyst says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import combinations
from types import MappingProxyType

from datamap import places
from datamap.catalogue import KnownRecipient, Matched, catalogue, known
from datamap.inventory import Fact, Inventory, Record, Told, distinct, name_key
from datamap.pace import step, steps
from datamap.problems import Kind, Problem
from datamap.sheets import Cell
from datamap.workbook.columns import (
    CATEGORIES,
    INDIVIDUALS,
    ORGANISATIONS,
    RECIPIENTS,
    SHEETS,
    SYSTEMS,
    Column,
    SheetLayout,
    as_text,
    nothing_in,
)
from datamap.workbook.drafts import Draft, Row, Said, joined

_key = lru_cache(maxsize=65_536)(name_key)

ALSO_WRITTEN = "Also written"
"""The extra column of a row that keeps the other spellings of its name."""

Renames = Mapping[str, Mapping[str, str]]
"""Sheet → `name_key` of a spelling → the name to use."""


# ------------------------------------------------------------------------------------------------ words of names


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What says what a company is: its spellings, written together, → the form they stand for.
_FORM_OF: Mapping[str, str] = MappingProxyType(
    {
        spelling: form
        for form, spellings in {
            "inc": "inc incorporated",
            "corp": "corp corporation",
            "co": "co company",
            "& co": "andco andcompany",
            "co inc": "coinc",
            "ltd": "ltd limited",
            "co ltd": "coltd colimited companylimited",
            "pty ltd": "ptyltd ptylimited proprietarylimited proprietaryltd pty",
            "pte ltd": "pteltd ptelimited pte",
            "pvt ltd": "pvtltd pvtlimited privatelimited privateltd",
            "llc": "llc",
            "lp": "lp",
            "llp": "llp",
            "plc": "plc",
            "pbc": "pbc",
            "ulc": "ulc",
            "gmbh": "gmbh",
            "gmbh & co kg": "gmbhcokg gmbhundcokg gmbhandcokg",
            "kg": "kg",
            "ag": "ag",
            "se": "se",
            "ug": "ug",
            "ev": "ev",
            "sa": "sa",
            "sas": "sas sasu",
            "sarl": "sarl eurl",
            "srl": "srl",
            "spa": "spa",
            "sl": "sl slu",
            "bv": "bv",
            "nv": "nv",
            "ab": "ab",
            "oy": "oy oyj",
            "as": "as asa",
            "aps": "aps",
            "ou": "ou",
            "sro": "sro",
            "spzoo": "spzoo",
            "kft": "kft",
            "kk": "kk kabushikikaisha",
        }.items()
        for spelling in spellings.split()
    }
)
_MOST_FORM_WORDS = 5
_ALSO_A_PLACE = _set("sa")  # S.A., or South Australia: certain only with its points

# Words that name no one recipient, however many of them stand together.
_VAGUE = _set(
    "a an the of for and or to in by with our your their all any other others various several external internal third "
    "party parties customer customers client clients supplier suppliers vendor vendors provider providers service "
    "services bank banks insurer insurers insurance accountant accountants lawyer lawyers solicitor solicitors auditor "
    "auditors adviser advisers advisor advisors consultant consultants contractor contractors agency agencies agent "
    "agents authority authorities regulator regulators government ministry department council court courts police union "
    "unions university school schools college hospital hospitals clinic clinics doctor doctors employer employers "
    "employee employees staff member members partner partners affiliate affiliates subsidiary subsidiaries parent group "
    "company companies business businesses organisation organisations organization organizations courier couriers post "
    "cloud hosting host web website site internet network email mail sms messaging payment payments payroll pension fund "
    "hr human resources it ict support marketing analytics advertising crm accounting finance financial tax audit legal "
    "debt collector collectors collection credit reporting bureau software saas platform application applications app "
    "system systems tool tools data database databases server servers storage backup security printing printer mailing "
    "survey surveys recruitment training travel processor processors subprocessor subprocessors controller controllers "
    "recipient recipients local national international online public private professional head office branch team "
    "manager management board director directors health medical education online gateway processing public "
    "banque banques fournisseur fournisseurs prestataire prestataires hebergeur hebergeurs salarie salaries assureur "
    "assureurs mutuelle mairie organisme organismes tiers sous traitant traitants lieferant lieferanten kunde kunden "
    "dienstleister proveedor proveedores cliente clientes banco"
)

# What a note behind a name may say of it without making it another: its part, or what it is used for.
_NOTE = _set(
    "processor processors subprocessor sub controller joint independent agent vendor supplier provider recipient third "
    "party service services processing payment payments card cards billing invoicing invoices email emails e mail mails "
    "mailing mailings sms text messaging messages newsletter newsletters crm hosting host hosted storage backup backups "
    "saas software app application platform tool system website web analytics statistics tracking cookies payroll hr "
    "accounting bookkeeping accounts helpdesk help desk ticketing tickets customer support chat live video conferencing "
    "meetings calls telephony phone survey surveys forms signature signatures esignature signing monitoring logging logs "
    "error errors tracking security authentication login sso identity marketing advertising ads scheduling booking "
    "bookings recruitment recruiting training learning ecommerce commerce shop online data provider and for of the our "
    "prestataire hebergement hebergeur sous traitant paiement paiements paie auftragsverarbeiter zahlungen"
)

# What may stand beside a name without saying more than it; the second list says what the thing does as well.
_EMPTY = _set(
    "system systems software app apps application applications platform tool tools suite solution solutions service "
    "services data info information detail details record records file files group holdings online database db portal "
    "website site web program programme product the of and for"
)
_ADDED = _EMPTY | _set(
    "crm erp accounting bookkeeping payroll hr hosting payments payment helpdesk ticketing support billing "
    "invoicing newsletter newsletters survey surveys chat"
)
_LINKING = _set("a an the of for and or de la le les du des der die das und et y e")
_OF_ORDER = _set("to from vs versus into via by")  # the order of what stands around them tells something

# Words near to others that are words of their own, beside those above: no slips.
_ORDINARY = _set(
    "contact contract contracts contacts police policy policies patient patients patent patents person persons personal "
    "personnel prison staff stuff court count product products project projects employer employee employees employed "
    "employment payer payee trainer trainee trainees order orders border user users usage state status stage statute "
    "location locations vocation relation relations position positions possession profession permission mission device "
    "devices service advice notice police price prize prices image images month mouth sales saves store stove trade "
    "grade grant grants claim claims clause cause course courses source sources resource child children parent parents "
    "patron donor donors owner owners driver drivers diver visitor visitors vision version member number numbers "
    "internal external interval interview intern interns invoice voice billing building holding housing hosting warning "
    "learning earning earnings planning cleaning marking mapping market parking banking booking cooking account accounts "
    "accountant amount volume value values form forms from firm firms film farm female male mail main medical medicine "
    "media address access process profile profit project request requests quest guest guests questions question quote "
    "complaint complaints compliance complete content consent contest context test text tests texts testing "
    "tenant tenants current currency message messages massage minute minutes active action activity session section "
    "sector director directory history historical criminal clinical clinic client clients council counsel"
)

_SHORT_FOR: Mapping[str, str] = MappingProxyType(
    {
        "nz": "new zealand", "au": "australia", "aus": "australia", "uk": "united kingdom", "usa": "united states",
        "intl": "international", "mgmt": "management", "mgt": "management", "dept": "department", "govt": "government",
        "univ": "university", "uni": "university", "info": "information", "svc": "services", "svcs": "services",
        "tech": "technology", "org": "organisation", "app": "application", "apps": "applications", "organization": "organisation", "assoc": "association",
        "dob": "date birth", "db": "database", "acct": "account", "accts": "accounts", "admin": "administration",
        "addr": "address", "tel": "telephone", "no": "number", "natl": "national", "mktg": "marketing",
    }
)  # fmt: skip

_OF_PARENTS = _set("group holding holdings")
_LONGEST = 200  # characters: what is longer is no name, and is left as it is

_SIGNS = re.compile(r"[®™©℠]|\((?:r|tm|c|sm)\)", re.I)
_NOTE_BEHIND = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$")
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?((?:[a-z0-9-]+\.)+[a-z]{2,})\.?(?::\d+)?(/[^?#\s]*)?(?:[?#]\S*)?", re.I
)
_HOST = re.compile(r"(?:www\.)?([a-z0-9-]+)\.(?:(?:com?|org|net|ac|gov|govt|edu)\.)?([a-z]{2,})")
_ENDINGS = _set("com net org info biz io co ai app dev cloud online tech site shop store health edu gov govt int")
_LOCALE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?")
_OWN_PAGES = _set(
    "privacy legal terms about contact dpa gdpr security trust policy policies agreement agreements cookies index home "
    "pricing"
)
_ROMAN = re.compile(r"[ivxlc]+")
_PLAIN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def _tidy(text: str) -> str:
    """A name without signs, invisible characters, full-width letters and spaces to spare."""
    if text.isascii():
        return " ".join((_SIGNS.sub("", text) if "(" in text else text).split())
    plain = unicodedata.normalize("NFKC", _SIGNS.sub("", text))
    return " ".join("".join(c for c in plain if unicodedata.category(c) != "Cf").split())


def _folded(text: str) -> str:
    """Without case, and without accents on Latin letters; in other scripts a mark makes another letter."""
    if text.isascii():
        return text.lower()
    out: list[str] = []
    for char in unicodedata.normalize("NFKD", text.casefold()):
        if unicodedata.combining(char) and out and (out[-1].isascii() or unicodedata.combining(out[-1])):
            continue
        out.append(char)
    return unicodedata.normalize("NFC", "".join(out)).translate(_PLAIN_LETTERS)


@lru_cache(maxsize=65_536)
def _words(text: str) -> tuple[str, ...]:
    """The words of a name, folded, without punctuation inside them: `B.V.` is `bv`."""
    parts = _BETWEEN_WORDS.split(_AND.sub(" and ", _folded(_tidy(text))))
    return tuple([word for word in map(_letters, parts) if word])


_AND = re.compile(r"[&+]")
_BETWEEN_WORDS = re.compile(r"[\s,;:/|()\[\]_\-‐-―\"“”]+")


def _letters(text: str) -> str:
    return text if text.isalnum() else "".join(c for c in text if c.isalnum() or unicodedata.category(c)[0] == "M")


def _key_of(words: Iterable[str]) -> str:
    """The letters of a name without the words that come and go: `and`, and `the` before it."""
    kept = list(words)
    if len(kept) > 1 and kept[0] == "the":
        kept = kept[1:]
    return "".join(w for w in kept if w != "and") or "".join(kept)


def _without_form(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The words before a legal form at the end, and the form; no form when nothing else would be left."""
    for count in range(min(_MOST_FORM_WORDS, len(words) - 1), 0, -1):
        if form := _FORM_OF.get("".join(words[-count:])):
            return words[:-count], form
    return words, ""


def _initials(words: Sequence[str]) -> tuple[str, ...]:
    """First letters of several words, with and without the small words."""
    small = [w for w in words if w not in _LINKING]
    return tuple(dict.fromkeys("".join(w[0] for w in each) for each in (small, words) if len(each) > 1))


def _vague(words: Iterable[str]) -> bool:
    """Whether the words name no one recipient: only words of a kind, or next to nothing."""
    said = [w for w in words if w not in _VAGUE]
    return not said or len("".join(said)) < 2


# ---------------------------------------------------------------------------------------------- what a spelling says


@dataclass(frozen=True)
class _Spelling:
    """A recipient's name taken apart. `core` is a key; `host` the web address that stands for or behind it."""

    core: str
    words: tuple[str, ...] = ()  # of a name that names somebody, before the form
    form: str = ""
    sure: bool = True  # that the form is one
    host: str = ""
    short: str = ""  # the initials that the spelling itself gives for the core
    noisy: bool = False  # written with a note or as an address


@lru_cache(maxsize=65_536)
def _taken_apart(text: str) -> _Spelling:
    if len(text) > _LONGEST:
        return _Spelling(_key(text))
    tidy = _tidy(text)
    words = _words(tidy)
    first, _, behind = tidy.partition(" ")
    if address := _address(first.rstrip(",")):
        label, host = address
        rest, form = _without_form(("", *_words(behind)))
        if rest == ("",):
            return _Spelling(_usual(label), (label,), form, host=host, noisy=not behind)
    if _vague(words):
        return _Spelling("".join(words) or _key(text))
    note = _NOTE_BEHIND.search(tidy)
    head = tidy[: note.start()] if note else ""
    if note and head and not _vague(_without_form(_words(head))[0]):
        told = _noted(_taken_apart(head), head, note[1])
        if told is not None:
            return told
    rest, form = _without_form(words)
    if not form or _vague(rest):
        return _Spelling(_usual(_key_of(words)), words)
    sure = form != "& co" and (form not in _ALSO_A_PLACE or bool(re.search(r"[./]", tidy.split()[-1])))
    return _Spelling(_usual(_key_of(rest)), rest, form, sure)


def _address(text: str) -> tuple[str, str] | None:
    """The label and the host of a web address that stands for whoever it belongs to; None for anything else."""
    found = _ADDRESS.fullmatch(text)
    if not found:
        return None
    host, path = found[1].lower().removeprefix("www."), (found[2] or "").lower()
    if not _own_page(path):
        return None
    if row := _domains().get(host):
        labels = [_key(part) for part in host.split(".")]
        for label in ("".join(reversed(labels[:-1])), *labels[:-1], "".join(labels)):
            if label in _own_names(row):
                return label, f"catalogue: {row.name}"
    whole = _HOST.fullmatch(host)
    if not whole or len(whole[1]) < 2 or not (len(whole[2]) == 2 or whole[2] in _ENDINGS):
        return None
    return _key(whole[1]), host


def _own_page(path: str) -> bool:
    pages = [p for p in path.split("/") if p and not _LOCALE.fullmatch(p)]
    return not pages or bool(_OWN_PAGES & set(re.split(r"[-_.]", pages[0])))


def _noted(of_head: _Spelling, head: str, note: str) -> _Spelling | None:
    """The head with what a note behind it adds; None when the note makes it another name, or may."""
    words = _words(note)
    if not words:
        return replace(of_head, noisy=True)
    if (address := _address(_tidy(note))) and _usual(address[0]) == of_head.core:
        return replace(of_head, host=address[1], noisy=True)
    head_words, _ = _without_form(_words(head))
    key = "".join(words)
    if _usual(key) == of_head.core:
        return replace(of_head, noisy=True)
    if len(key) > 1 and key in _initials(head_words):
        return replace(of_head, short=key, noisy=True)
    if len(words) > 1 and "".join(head_words) in _initials(_without_form(words)[0]):
        return replace(_taken_apart(note), short="".join(head_words), noisy=True)
    whole = f"{_tidy(head)} {_tidy(note)}"
    product = known(whole) if head_words[0] in _makers() else None
    if product and product.how is not Matched.NEAR and _key(product.by) == _key(whole):
        return None
    return replace(of_head, noisy=True) if set(words) <= _NOTE else None


# ------------------------------------------------------------------------------------------- the catalogue's names


def _usual(core: str) -> str:
    """The key of the catalogue's own name, where the core is that name, its company's or its initials; else the core."""
    return _catalogue_keys().get(core, core)


@cache
def _catalogue_keys() -> Mapping[str, str]:
    """Every exact name of a known recipient that is its own and no product's, by key; shared ones are left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in catalogue():
        for key in _own_names(each):
            found[key].add(_key_of(_head(each)))
    return MappingProxyType({key: next(iter(heads)) for key, heads in found.items() if len(heads) == 1})


@cache
def _domains() -> Mapping[str, KnownRecipient]:
    return MappingProxyType({domain: each for each in catalogue() for domain in each.domains})


@cache
def _makers() -> frozenset[str]:
    """The first words of known recipients and of their companies."""
    return frozenset(_words(text)[0] for each in catalogue() for text in (each.name, each.legal_entity))


def _head(each: KnownRecipient) -> tuple[str, ...]:
    """The words of a row's name, before any bracket; none when it names several things."""
    head = each.name.partition(" (")[0]
    label = _HOST.fullmatch(head.lower())
    return () if "/" in head else (label[1],) if label else _words(head)


@cache
def _own_names(each: KnownRecipient) -> frozenset[str]:
    """Keys of what the row itself is called; its other aliases are often products, and those are names of their own."""
    words = _head(each)
    if not words:
        return frozenset()
    whole = _words(each.company or "")
    company, _ = _without_form(whole)
    own = {_key_of(words), _key_of(_words(each.name))}
    named_so = company[: len(words)] == words and _OF_PARENTS.isdisjoint(company[len(words) :])
    if named_so or words[0] in _initials(whole):
        own.add(_key_of(company))
    else:
        company = whole = ()
    parts = _words(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", each.name.partition(" (")[0]))
    initials = {i for w in (words, company, whole, parts) for i in _initials(w)}
    for alias in each.aliases:
        said = _words(alias)
        if len(said) == 1 and len(said[0]) > 2 and said[0].rstrip("0123456789") in initials:
            own |= {said[0], f"{words[0]}{said[0]}"}
        elif said[1:] == words and said[:1] == _words(each.legal_entity)[:1]:
            own.add(_key_of(said))
    return frozenset(own)


# ------------------------------------------------------------------------------------------------- certainly one


def one_name(spellings: Iterable[str]) -> dict[str, str]:
    """Every spelling → the spelling to use, for names of recipients. A spelling given several times counts so often.

    Two are one when nothing parts them but noise: case, accents, signs, `&`, a leading `The`, a legal form at the end, a
    web address, a note in brackets that says only its part or use, initials that a spelling or the catalogue gives. A
    name that stands there with two legal forms or at two addresses is joined with neither. The one to use is the most
    frequent, then one without note or address and not in capitals, then the longest, then the first in the alphabet.
    """
    return _chosen(Counter(spellings), frozenset())


def _chosen(counts: Mapping[str, int], taken: frozenset[str]) -> dict[str, str]:
    """`one_name`; a key that is `taken` by something else is used only where there is no other."""
    chosen = {s: s for s in counts}
    for group in steps(_groups(sorted(s for s in counts if nothing_in(s) is None)), 0):
        best = min(group, key=lambda s: (_key(s) in taken, *_preference(s, counts[s])))
        chosen |= dict.fromkeys(group, best)
    return chosen


def _preference(spelling: str, count: int) -> tuple[int, bool, bool, int, str]:
    noisy = _taken_apart(spelling).noisy or _tidy(spelling) != spelling or bool(_NOTE_BEHIND.search(spelling))
    one_case = spelling.isupper() or spelling.islower()
    return -count, noisy, one_case, -len("".join(_words(spelling))), spelling


def _groups(names: Sequence[str]) -> list[list[str]]:
    by_key: dict[str, list[str]] = defaultdict(list)
    for name in steps(names, 0):
        by_key[_key(name)].append(name)
    said = {key: min(map(_taken_apart, those), key=_caution) for key, those in steps(by_key.items(), 0)}
    core_of = _cores(said.values())
    cores: dict[str, list[tuple[str, _Spelling]]] = defaultdict(list)
    for key, each in said.items():
        cores[core_of.get(each.core, each.core)].append((key, each))
    elsewhere = _with_companies_elsewhere(said.values())
    groups = [group for members in cores.values() for group in _of_core(members, elsewhere)]
    return [[name for key in group for name in by_key[key]] for group in groups]


def _caution(said: _Spelling) -> tuple[bool, int, bool, str, str]:
    """Of spellings that are one name by `name_key`, the one that takes the least for noise comes first."""
    return said.noisy, -len(said.core), not said.sure, said.core, said.form


def _cores(said: Iterable[_Spelling]) -> dict[str, str]:
    """Initials → the one core that a spelling gives them for; initials given for two cores, or known, stand for neither."""
    given: dict[str, set[str]] = defaultdict(set)
    for each in said:
        if each.short and each.short not in _catalogue_keys():
            given[each.short].add(each.core)
    return {short: next(iter(cores)) for short, cores in given.items() if len(cores) == 1}


def _with_companies_elsewhere(said: Iterable[_Spelling]) -> frozenset[tuple[str, ...]]:
    """Names that stand there with a country behind them too: `Google` when there is a `Google Ireland Ltd`."""
    every = {s.words for s in said}
    return frozenset(
        words[:n] for words in every for n in range(1, len(words)) if words[:n] in every and _is_country(words[n:])
    )


def _is_country(words: Sequence[str]) -> bool:
    return " ".join(words) in _country_names()


@cache
def _country_names() -> frozenset[str]:
    codes = _set("nz au uk us usa eu emea apac")
    return codes | {" ".join(_words(name)) for name in places.countries().values()}


def _of_core(members: Sequence[tuple[str, _Spelling]], elsewhere: frozenset[tuple[str, ...]]) -> Iterable[list[str]]:
    """The keys of one core in groups: one, unless legal forms or addresses say that there are several."""
    forms = {s.form for _, s in members if s.form}
    hosts = {s.host for _, s in members if s.host}
    sure = {s.form for _, s in members if s.form and s.sure and s.words not in elsewhere}
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, each in members:
        form = "" if len(forms) == 1 and each.form in sure else each.form
        groups[form, each.host if len(hosts) > 1 else ""].append(key)
    return groups.values()


# ------------------------------------------------------------------------------------------------ probably one


@dataclass(frozen=True)
class Likeness:
    """Two names of one sheet that may be one, to be decided by the analyst.

    `first` comes before `second` in the alphabet; `score` is from 0 to 1; `why` is a short phrase. `first_cells` and
    `second_cells` are where each name stands: where it is declared, else where it is first used.
    """

    sheet: str
    first: str
    second: str
    why: str
    score: float
    first_cells: tuple[Cell, ...] = ()
    second_cells: tuple[Cell, ...] = ()


NAMED: tuple[SheetLayout, ...] = (ORGANISATIONS, SYSTEMS, CATEGORIES, RECIPIENTS)
"""The sheets whose names may be joined."""
_NAMED = frozenset(layout.name for layout in NAMED)

_REFERRED_TO = frozenset(name for sheet in SHEETS for column in sheet.columns for name in column.refers_to)
_OF_COMPANIES = (ORGANISATIONS.name, RECIPIENTS.name)
_LEAST_ALIKE = 0.8  # of the letters of the one word that differs
_MOST_IN_SERIES = 30  # words one letter apart: more of them are a series, no slips
_MOST_WITH_INITIALS = 3  # names with the same initials: more of them, and the initials tell nothing
_OFTEN = 3  # names in which a word stands before it counts as meant


def likely_same(inventory: Inventory) -> tuple[Likeness, ...]:
    """Names that are probably one, for each sheet of `NAMED`, in the order of the sheets and then the likeliest first.

    Names that differ by a number, a single letter, a place or what a bracket adds are left alone. A name that is used
    without being declared counts as the sheet's where the column can mean no other.
    """
    found: list[Likeness] = []
    declared = {s.name: {_key(r.name): r for r in _records(inventory, s)} for s in SHEETS if s.name in _REFERRED_TO}
    owner = _Owner({sheet: frozenset(records) for sheet, records in declared.items()}, _people(inventory))
    for layout in NAMED:
        where = _where_named(inventory, layout, declared[layout.name], owner)
        names = sorted(where, key=_alphabetical)
        pairs = _pairs(names, layout.name in _OF_COMPANIES)
        of_sheet = [
            Likeness(layout.name, a, b, why, round(score, 2), _cells(*where[a]), _cells(*where[b]))
            for (a, b), (score, why) in pairs.items()
        ]
        found += sorted(of_sheet, key=lambda s: (-s.score, _alphabetical(s.first), _alphabetical(s.second)))
    return tuple(found)


def _alphabetical(name: str) -> tuple[str, str]:
    return name.casefold(), name


def _where_named(
    inventory: Inventory, layout: SheetLayout, declared: Mapping[str, Record], owner: _Owner
) -> dict[str, tuple[Record, Column]]:
    """The names of a sheet, each once by `name_key`, with the record and column that declare one or refer to it first."""
    first: dict[str, tuple[tuple[int, ...], str, Record, Column]] = {}  # where a name that is not declared stands first
    for at, sheet in enumerate(SHEETS):
        records = _records(inventory, sheet)
        rows: dict[int, int] = {}
        for number, column in enumerate(c for c in sheet.columns if layout.name in c.refers_to):
            for record, said in distinct(records, column.field):
                for name in _texts(said):
                    key = _key(name)
                    if key in declared or owner.of(column, key) != layout.name:
                        continue
                    rows = rows or {id(record): row for row, record in enumerate(records)}
                    where = at, rows[id(record)], number
                    if key not in first or where < first[key][0]:
                        first[key] = where, name, record, column
    found = {record.name: (record, layout.identity) for record in declared.values()}
    return found | {name: (record, column) for _, name, record, column in first.values()}


def _cells(record: Record, column: Column) -> tuple[Cell, ...]:
    """The cells of what a record says in a column, its name for one."""
    if column.field == "name":
        return (record.cell,) if record.cell else ()
    fact: Fact[object] = getattr(record, column.field)
    return fact.cells


def _people(inventory: Inventory) -> frozenset[str]:
    """The keys of all groups of people."""
    sheets = [s for s in SHEETS if "individuals" in s.fields]
    every = (said for s in sheets for _, said in distinct(_records(inventory, s), "individuals"))
    return frozenset(_key(name) for said in every for name in _texts(said))


def _records(inventory: Inventory, sheet: SheetLayout) -> tuple[Record, ...]:
    records: tuple[Record, ...] = getattr(inventory, sheet.field)
    return records


def _texts(fact: Told) -> tuple[str, ...]:
    value = fact.value
    return tuple(v for v in (value if isinstance(value, tuple) else (value,)) if isinstance(v, str))


@dataclass(frozen=True)
class _Owner:
    """Whose a name in a column is: the first sheet that declares it, else the one that the column most likely means."""

    declared: Mapping[str, frozenset[str]]  # sheet → keys
    people: frozenset[str]  # keys of groups of people

    def of(self, column: Column, key: str) -> str | None:
        sheets = [s for s in column.refers_to if s != INDIVIDUALS]
        for sheet in sheets:
            if key in self.declared.get(sheet, ()):
                return sheet
        if INDIVIDUALS in column.refers_to and (key in self.people or key in _ANYBODY):
            return None
        if len(sheets) == 1:
            return sheets[0]
        return RECIPIENTS.name if sheets == [SYSTEMS.name, RECIPIENTS.name] else None


_ANYBODY = frozenset(map(name_key, ("individuals", "the individual", "data subjects", "the data subject", "public")))

_Pairs = dict[tuple[str, str], tuple[float, str]]


@dataclass(frozen=True)
class _Named:
    """A name as it is compared: its words, without a legal form for companies."""

    name: str
    words: tuple[str, ...]
    form: str = ""

    @property
    def marks(self) -> Counter[str]:
        """What tells one of a series from the next: numbers, single letters, Roman numerals."""
        digits = (run for word in self.words for run in re.findall(r"\d+", word))
        return Counter((*digits, *(w for w in self.words if len(w) == 1 or _ROMAN.fullmatch(w))))


def _pairs(names: Sequence[str], companies: bool) -> _Pairs:
    found: _Pairs = {}
    names = [n for n in names if len(n) <= _LONGEST]
    if companies:
        chosen = one_name(names)
        for name, to in chosen.items():
            _propose(found, name, to, 0.97, "the same but for a legal form, a note or the way it is written")
        names = [n for n in names if chosen[n] == n]
    every = [_named(name, companies) for name in names]
    every = [n for n in every if n.words]
    for same in (_same_words, _initials_of, _letters_of, _slips):
        for one, other, score, why in same(every):
            if one.marks == other.marks and not _known_apart(one, other):
                _propose(found, one.name, other.name, score, why)
    for one, other, score, why in (*_with_words_added(every, companies), *_with_maker(every)):
        if not _known_apart(one, other):
            _propose(found, one.name, other.name, score, why)
    return found


def _propose(found: _Pairs, one: str, other: str, score: float, why: str) -> None:
    if one != other:
        pair = (one, other) if _alphabetical(one) < _alphabetical(other) else (other, one)
        found[pair] = max((score, why), found.get(pair, (0.0, "")))


def _named(name: str, company: bool) -> _Named:
    apart = _taken_apart(name)
    words = " ".join(apart.words if company and apart.words else _words(name))
    words = re.sub(r"\be mail", "email", words).removeprefix("the ")
    return _Named(name, tuple(words.split()), apart.form if company else "")


def _known_apart(one: _Named, other: _Named) -> bool:
    """Whether both are exact names in the catalogue, of two rows."""
    first, second = (_catalogue_keys().get(_key_of(n.words)) for n in (one, other))
    return None not in (first, second) and first != second


_Found = Iterator[tuple[_Named, _Named, float, str]]


def _same_words(every: Sequence[_Named]) -> _Found:
    """The same words, but for their accents, forms, number, length or order."""
    written = _blocks(every, lambda n: _key_of(n.words))
    for block in written:
        bare = [n for n in block if not n.form]
        formed = [n for n in block if n.form]
        first, *others = (*bare, *formed)
        for other in others:
            if first.form == other.form:
                yield first, other, 0.95, "the same but for accents, signs or small words"
            else:
                yield first, other, 0.6 if first.form else 0.7, "the same name with another legal form"
    keys: tuple[tuple[Callable[[_Named], Hashable], float, str], ...] = (
        (lambda n: (n.form, tuple(map(_stem, n.words))), 0.93, "singular and plural"),
        (lambda n: (n.form, tuple(map(_stem, _written_out(n)))), 0.9, "one is written out"),
        (lambda n: (n.form, _in_any_order(n.words)), 0.88, "the same words in another order"),
        (lambda n: (n.form, _in_any_order(_written_out(n))), 0.85, "one is written out"),
        (lambda n: (n.form, _folded(_tidy(n.name).casefold().translate(_UMLAUTS))), 0.85, "the same but for accents"),
    )
    for key, score, why in keys:
        for first, *others in _blocks(every, key):
            yield from ((first, other, score, why) for other in others)


def _blocks(every: Iterable[_Named], key: Callable[[_Named], Hashable]) -> Iterator[list[_Named]]:
    found: dict[Hashable, list[_Named]] = defaultdict(list)
    for named in every:
        found[key(named)].append(named)
    yield from (block for block in found.values() if len(block) > 1)


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """A word in the singular, near enough for comparing."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if (
        len(word) > 3
        and word.endswith("s")
        and not word.endswith(("ss", "us", "is", "news", "sms", "gps", "dns", "aws"))
    ):
        return word[:-1]
    return word


def _written_out(named: _Named) -> tuple[str, ...]:
    return tuple(word for short in named.words for word in _SHORT_FOR.get(short, short).split())


def _in_any_order(words: Sequence[str]) -> tuple[str, ...]:
    """The words that say something, sorted; as they stand where their order tells something."""
    stems = [_stem(w) for w in words if w not in _LINKING]
    ordered = not _OF_ORDER.isdisjoint(words) or sum(len(w) == 1 or w.isdigit() for w in words) > 1
    return tuple(stems if ordered else sorted(stems))


def _initials_of(every: Sequence[_Named]) -> _Found:
    """A name in capitals that are the first letters of another."""
    long: dict[str, list[_Named]] = defaultdict(list)
    for named in every:
        if 2 <= len(named.words) <= 8:
            for initials in _initials(named.words):
                long[initials].append(named)
    for short in every:
        letters = short.words[0]
        if (
            len(short.words) > 1
            or not 2 <= len(letters) <= 6
            or not letters.isalpha()
            or not _tidy(short.name)[: len(letters)].isupper()
        ):
            continue
        those = long.get(letters, [])
        if 0 < len(those) <= _MOST_WITH_INITIALS and not _is_country(short.words):
            for named in those:
                yield short, named, 0.75 if len(letters) > 2 else 0.6, "one may be the initials of the other"


def _letters_of(every: Sequence[_Named]) -> _Found:
    """A name in capitals that are consonants of another of one word, its first and last letters among them: `MSFT`."""
    long: dict[tuple[str, str], list[_Named]] = defaultdict(list)
    for named in every:
        if len(named.words) == 1 and len(named.words[0]) > 5:
            long[named.words[0][0], named.words[0][-1]].append(named)
    for short in every:
        letters = short.words[0]
        in_capitals = len(short.words) == 1 and _tidy(short.name)[: len(letters)].isupper()
        if not in_capitals or not _CONSONANTS.fullmatch(letters):
            continue
        those = [n for n in long.get((letters[0], letters[-1]), []) if _in_order(letters, n.words[0])]
        if len({n.words for n in those}) <= _MOST_WITH_INITIALS:
            for named in those:
                yield short, named, 0.6, "one may be letters of the other"


_CONSONANTS = re.compile(r"[b-df-hj-np-tv-xz]{3,5}")


def _in_order(letters: str, word: str) -> bool:
    left = iter(word)
    return all(letter in left for letter in letters)


def _with_maker(every: Sequence[_Named]) -> _Found:
    """A product with and without its maker's name, where the catalogue of known recipients has both: `Microsoft Azure`."""
    whole: dict[tuple[str, ...], list[_Named]] = defaultdict(list)
    for named in every:
        whole[named.words].append(named)
    for long in every:
        for at in range(1, len(long.words)):
            for short in whole.get(long.words[at:], ()) if long.words[0] in _makers() else ():
                if _row(long) is not None and _row(long) is _row(short):
                    yield short, long, 0.8, "one adds only its maker"


def _row(named: _Named) -> KnownRecipient | None:
    """The known recipient of which a name is exactly a name or an alias."""
    words = " ".join(named.words)
    found = known(words)
    exact = found and found.how in (Matched.NAME, Matched.ALIAS) and _key(found.by) == _key(words)
    return found.known if found and exact else None


def _with_words_added(every: Sequence[_Named], companies: bool) -> _Found:
    """One name inside another that adds only words such as `CRM` or `system`."""

    def base(named: _Named) -> tuple[str, ...]:
        kept = [w for w in named.words if w not in _ADDED] or [w for w in named.words if w not in _EMPTY]
        return tuple(sorted(map(_stem, kept)))

    def added(named: _Named) -> frozenset[str]:
        return frozenset(w for w in named.words if w in _ADDED and w not in _LINKING and _stem(w) not in base(named))

    for block in _blocks((n for n in every if base(n)), base):
        shorter = min(block, key=lambda n: (len(added(n)), _alphabetical(n.name)))
        for other in block:
            more = added(other) - added(shorter)
            if not added(shorter) < added(other) or (_vague(shorter.words) and (companies or not more <= _EMPTY)):
                continue
            said = " ".join(w for w in other.words if w in more)
            yield shorter, other, 0.8 if more <= _EMPTY else 0.72, f"one adds only '{said}'"


def _slips(every: Sequence[_Named]) -> _Found:
    """Names that differ by a slip in one word."""
    often = Counter(w for n in every for w in set(n.words))
    near = _near_words(often)
    named = {n.words: n for n in every}
    for one in every:
        for at, word in enumerate(one.words):
            for other, score in near.get(word, {}).items():
                if often[word] >= _OFTEN and often[other] >= _OFTEN:
                    continue
                if found := named.get((*one.words[:at], other, *one.words[at + 1 :])):
                    yield one, found, score, f"'{word}' and '{other}' differ by a slip"


def _near_words(words: Iterable[str]) -> dict[str, dict[str, float]]:
    """Words one or two slips apart → how alike they are. Found by what is left when letters are taken away."""
    left: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        if 4 <= len(word) <= 40 and word.isalpha() and not _ROMAN.fullmatch(word):
            for rest in _shortened(word, 2 if len(word) >= 10 else 1):
                left[rest].append(word)
    near: dict[str, dict[str, float]] = defaultdict(dict)
    compared: set[tuple[str, str]] = set()
    for those in left.values():
        if len(those) > _MOST_IN_SERIES:
            continue
        for one, other in combinations(those, 2):
            if (one, other) in compared:
                continue
            compared.add((one, other))
            if score := _slip(one, other):
                near[one][other] = near[other][one] = score
    return near


def _shortened(word: str, letters: int) -> set[str]:
    found = {word}
    for _ in range(letters):
        found |= {rest[:n] + rest[n + 1 :] for rest in found for n in range(len(rest))}
    return found


def _slip(one: str, other: str) -> float:
    """How alike two words are when one is a slip for the other, else 0."""
    swapped = sorted(one) == sorted(other)
    most = max(len(one), len(other))
    if not swapped and (one[0] != other[0] or most < 5):
        return 0.0
    if {one[-2:], other[-2:]} == {"er", "ee"}:
        return 0.0
    if {one, other} <= _MEANT or {one, other} <= _words_of_countries():
        return 0.0
    for letters in (1, 2):
        score = 1 - letters / most
        if (score >= _LEAST_ALIKE or (swapped and letters == 1)) and places.nearest(one, (other,), score - 0.5 / most):
            return score
    return 0.0


@cache
def _words_of_countries() -> frozenset[str]:
    return frozenset(word for name in _country_names() for word in name.split())


_MEANT = _ORDINARY | _VAGUE | _NOTE | _ADDED


# ------------------------------------------------------------------------------------------------- the change


def accepted(pairs: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    """What the analyst decided, as (sheet, name, name to use) → `Renames`. Chains are followed to their last name.

    Raises `ValueError`, with a sentence that says which, for a sheet whose names cannot be joined, for a name with
    nothing in it, for a name that is to become two, and for names that go round in a circle.
    """
    steps: dict[str, dict[str, tuple[str, str]]] = {}
    for sheet, name, to in pairs:
        if sheet not in {s.name for s in NAMED}:
            raise ValueError(f"Names on the sheet {sheet!r} cannot be joined; {', '.join(s.name for s in NAMED)} can.")
        if nothing_in(name) or nothing_in(to):
            raise ValueError(f"{name!r} cannot become {to!r} on the sheet {sheet}: a name is wanted on both sides.")
        before = steps.setdefault(sheet, {}).setdefault(_key(name), (name, to))
        if _key(before[1]) != _key(to):
            raise ValueError(f"{name!r} is to become both {before[1]!r} and {to!r} on the sheet {sheet}; choose one.")
    return {sheet: {key: _last(sheet, key, of_sheet) for key in of_sheet} for sheet, of_sheet in steps.items()}


def _last(sheet: str, key: str, steps: Mapping[str, tuple[str, str]]) -> str:
    passed = [key]
    while True:
        name, to = steps[passed[-1]]
        after = _key(to)
        if after not in steps or after == passed[-1]:
            return to
        if after in passed:
            raise ValueError(
                f"{name!r} cannot become {to!r} on the sheet {sheet}: that name is to become {name!r} itself."
            )
        passed.append(after)


def certain(drafts: Iterable[Draft]) -> dict[str, dict[str, str]]:
    """The renames that `one_name` finds among all recipients named in drafts, for `rename`."""
    drafts = tuple(drafts)
    owner = _owner(drafts)
    counts = {n: c for n, c in Counter(_recipients(drafts, owner)).items() if not re.search(r"[;\r\n]", n)}
    chosen = _chosen(counts, owner.declared[SYSTEMS.name])
    changed = {to for name, to in chosen.items() if name != to}
    return {RECIPIENTS.name: {_key(n): to for n, to in chosen.items() if to in changed}}


def _recipients(drafts: Sequence[Draft], owner: _Owner) -> Iterator[str]:
    """Every recipient as it is written, wherever it is named, so often as it is.

    A name that may be a system's as well counts only where the recipients declare it; one that is a recipient's legal
    entity is understood as it stands.
    """
    declared = _identities(drafts, RECIPIENTS)
    yield from declared
    cores = {_taken_apart(n).core for n in declared}
    systems = {_taken_apart(n).core for n in _identities(drafts, SYSTEMS)}
    entities = (row.facts.get("Legal entity") for row, layout in _rows(drafts) if layout is RECIPIENTS)
    companies = {_key(as_text(said.value)) for said in entities if said}

    def named(column: Column, text: str) -> Iterator[str]:
        for part in _parts(text, column):
            step(0)
            whole = not column.several or _taken_apart(part).core in cores
            for name in [part] if whole else _pieces(part, lambda n: _taken_apart(n).core in cores):
                key = _key(name)
                if owner.of(column, key) != RECIPIENTS.name:
                    continue
                either = SYSTEMS.name in column.refers_to and _taken_apart(name).core in systems
                if key in owner.declared[RECIPIENTS.name] or not (either or key in companies):
                    yield name

    found: dict[tuple[Column, str], tuple[str, ...]] = {}
    for column, said in _mentions(drafts):
        if RECIPIENTS.name not in column.refers_to:
            continue
        at = column, as_text(said.value)
        if at not in found:
            found[at] = tuple(named(*at))
        yield from found[at]


def rename(drafts: Iterable[Draft], renames: Renames, *, assumed: bool = True) -> tuple[Draft, ...]:
    """The drafts with names replaced wherever they are names, and nothing else changed.

    The other spellings stand in the extra column `ALSO_WRITTEN` of the first row that declares the name, with the cells
    that declare them and the first of each draft that uses them. With `assumed` (not decided by the analyst) each draft
    also gets one problem for each spelling in it that is not the same name by `name_key`. A name is left where the new
    one would mean something on another sheet.
    """
    drafts = tuple(drafts)
    if not any(renames.values()):
        return drafts
    owner = _owner(drafts)
    replaced: dict[tuple[str, str], list[Said]] = defaultdict(list)
    out: list[Draft] = []
    for draft in drafts:
        change = _Change(owner, renames)
        rows = tuple(change.row(row) for row in steps(draft.rows))
        for (sheet, to), said, _ in change.done:
            replaced[sheet, _key(to)].append(said)
        problems = change.problems() if assumed else ()
        out.append(replace(draft, rows=rows, problems=(*draft.problems, *problems)))
    return _with_spellings(out, replaced)


def _parts(text: str, column: Column) -> list[str]:
    parts = re.split(r"[;\r\n]+", text) if column.several else [text]
    return [p for p in (p.strip() for p in parts) if nothing_in(p) is None]


def _rows(drafts: Iterable[Draft]) -> Iterator[tuple[Row, SheetLayout]]:
    return ((row, _LAYOUTS[row.sheet]) for draft in drafts for row in steps(draft.rows, 0) if row.sheet in _LAYOUTS)


_LAYOUTS: Mapping[str, SheetLayout] = MappingProxyType({s.name: s for s in SHEETS})


def _identities(drafts: Iterable[Draft], layout: SheetLayout) -> list[str]:
    heading, sheet = layout.identity.heading, layout.name
    said = (row.facts.get(heading) for draft in drafts for row in draft.rows if row.sheet == sheet)
    return [name for s in said if s and nothing_in(name := as_text(s.value)) is None]


def _mentions(drafts: Iterable[Draft]) -> Iterator[tuple[Column, Said]]:
    """Every fact that refers to names."""
    for row, layout in _rows(drafts):
        columns = _columns_of_names(layout)
        for heading, said in row.facts.items():
            if (column := columns.get(heading)) and column.refers_to:
                yield column, said


@cache
def _columns_of_names(layout: SheetLayout) -> Mapping[str, Column]:
    """The columns that hold names, by their headings: the one that names the row, and those that refer to others."""
    return {c.heading: c for c in layout.columns if c is layout.identity or c.refers_to}


def _owner(drafts: Sequence[Draft]) -> _Owner:
    declared: dict[str, set[str]] = {s.name: set() for s in SHEETS}
    for row, layout in _rows(drafts):
        said = row.facts.get(layout.identity.heading)
        if said and nothing_in(name := as_text(said.value)) is None:
            declared[layout.name].add(_key(name))
    said_of_people = {(c, as_text(said.value)) for c, said in _mentions(drafts) if c.refers_to == (INDIVIDUALS,)}
    people = {_key(name) for column, text in said_of_people for name in _parts(text, column)}
    return _Owner({sheet: frozenset(keys) for sheet, keys in declared.items()}, frozenset(people))


class _Change:
    """The renaming of one draft. `done` holds what was replaced: (sheet, name now), as it was said, its heading.

    Of a spelling that only refers to a name the first is enough; each that declares it is there.
    """

    def __init__(self, owner: _Owner, renames: Renames) -> None:
        self.owner = owner
        self.renames = renames
        self.seen: set[tuple[str, str]] = set()
        self.now: dict[tuple[Column, str], str] = {}
        """What texts become, of columns that refer to names: what is replaced in one is `done` once."""
        self.done: list[tuple[tuple[str, str], Said, str]] = []

    def row(self, row: Row) -> Row:
        layout = _LAYOUTS.get(row.sheet)
        columns = _columns_of_names(layout) if layout else {}
        changed: dict[str, Said] = {}
        for heading, column in columns.items():
            said = row.facts.get(heading)
            if said and (now := self._fact(row.sheet, column, said)) != said:
                changed[heading] = now
        return replace(row, facts={**row.facts, **changed}) if changed else row

    def _fact(self, sheet: str, column: Column, said: Said) -> Said:
        text = as_text(said.value)
        now = self.now.get((column, text)) or self._now(sheet, column, said, text)
        if column.refers_to:
            self.now[column, text] = now
        return said if now == text else said._replace(value=now)

    def _now(self, sheet: str, column: Column, said: Said, text: str) -> str:
        if nothing_in(text) is not None:
            return text
        if column.several:
            return "".join(self._part(part, said, column) for part in steps(re.split(r"([;\r\n]+)", text), 0))
        owner = self._sheet(column, text) if column.refers_to else sheet
        return self._name(owner, text, said, column) if owner else text

    def _part(self, part: str, said: Said, column: Column) -> str:
        name = part.strip()
        if nothing_in(name) is not None:
            return part
        pieces = [name] if self._known(column, name) else _pieces(name, lambda n: self._known(column, n))
        now = [self._name(owner, n, said, column) if (owner := self._sheet(column, n)) else n for n in pieces]
        return part if now == pieces else part.replace(name, "; ".join(now))

    def _known(self, column: Column, name: str) -> bool:
        key = _key(name)
        return any(key in self.owner.declared.get(s, ()) or key in self.renames.get(s, {}) for s in column.refers_to)

    def _sheet(self, column: Column, name: str) -> str | None:
        """The sheet that a name is to be renamed as one of, if it is to be."""
        owner = self.owner.of(column, _key(name))
        to = self.renames.get(owner or "", {}).get(_key(name))
        return owner if to is not None and self.owner.of(column, _key(to)) == owner else None

    def _name(self, sheet: str, name: str, said: Said, column: Column) -> str:
        to = self.renames.get(sheet, {}).get(_key(name), name)
        if to != name and (not column.refers_to or (sheet, name) not in self.seen):
            self.seen.add((sheet, name))
            self.done.append(((sheet, to), said._replace(value=name), column.heading))
        return to

    def problems(self) -> list[Problem]:
        first: dict[tuple[str, str], Problem] = {}
        for (sheet, to), said, heading in self.done:
            name = str(said.value)
            if _key(name) != _key(to):
                problem = Problem(Kind.SPELLING, said.cell, heading, name, to)
                first.setdefault((sheet, name), problem)
        return list(first.values())


def _pieces(part: str, is_known: Callable[[str], bool]) -> list[str]:
    """The names that a part holds between commas or slashes, where each is known; else the part."""
    for separator in (",", "/"):
        pieces = [p.strip() for p in part.split(separator)]
        if len(pieces) > 1 and all(map(is_known, pieces)):
            return pieces
    return [part]


def _with_spellings(drafts: Iterable[Draft], replaced: dict[tuple[str, str], list[Said]]) -> tuple[Draft, ...]:
    """The spellings of each name, kept in the first row that declares it."""
    left = dict(replaced)
    out: list[Draft] = []
    for draft in drafts:
        rows = list(draft.rows)
        for n, row in enumerate(steps(draft.rows)):
            layout = _LAYOUTS[row.sheet] if left and row.sheet in _NAMED else None
            named = row.facts.get(layout.identity.heading) if layout else None
            said = left.pop((row.sheet, _key(as_text(named.value))), None) if named else None
            if said:
                rows[n] = replace(row, extra={**row.extra, **_kept(said, row.extra.get(ALSO_WRITTEN))})
        out.append(replace(draft, rows=tuple(rows)))
    return tuple(out)


def _kept(said: Iterable[Said], before: Said | None) -> dict[str, Said]:
    earlier = [before._replace(value=part.strip()) for part in as_text(before.value).split(";")] if before else []
    every = joined((*earlier, *said))
    return {ALSO_WRITTEN: every} if every else {}
