"""What analysts write into the cells of their own layouts: rich text, prompts, examples, negations, lists, pairs.

Pure functions on text. They say how a text is built, and never what it means in law or which country it names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

from datamap import places
from datamap.inventory import Nothing, name_key
from datamap.workbook.columns import NO_WORDS, YES_WORDS, nothing_in


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


# ------------------------------------------------------------------------------------------------------- rich text

_BREAKING = _words(
    "address article aside blockquote br caption dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "li main nav ol option p pre section table tbody tfoot thead tr ul"
)
_CELLS = frozenset({"td", "th"})
_SILENT = frozenset({"script", "style", "template", "title", "head"})
_TAGS = (
    _BREAKING
    | _CELLS
    | _SILENT
    | _words(
        "a abbr b bdi bdo big body center cite code col colgroup del dfn em font html i img input ins kbd label link mark "
        "meta q s samp select small span strike strong sub sup textarea time tt u var wbr"
    )
)
_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_TAGS, key=len, reverse=True))})(?:\s[^<>]*)?/?>|<!--.*?-->", re.I | re.S)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.I)
_NESTED_AMPERSAND = re.compile(r"&(?:(?:amp|#0*38|#x0*26);)+", re.I)
_PASSES = 20  # rich text that was escaped more often than this stays as it is
_BULLETS = "•◦▪▫■□●○‣⁃∙·►▶➢➤✓✔–—*-"
_BULLET = re.compile(rf"^[ \t]*(?:[{re.escape(_BULLETS)}][ \t]+|[•◦▪▫■□●○‣⁃∙►▶➢➤✓✔][ \t]*)+")


@lru_cache(maxsize=16_384)
def plain(text: str) -> str:
    """Rich text made of HTML as plain text: a line for each paragraph, list item and table row, no tags, no entities.

    Only what is HTML is taken for it: `a < b` and `<insert name>` stay. Text with neither tags nor entities comes back
    unchanged, and so does plain text of this function.
    """
    for _ in range(_PASSES):
        once = _once(text)
        if once == text:
            break
        text = once
    return text


def _once(text: str) -> str:
    if not _TAG.search(text):
        decoded = _ENTITY.sub(lambda m: _decoded(m[0]), _NESTED_AMPERSAND.sub("&", text)) if "&" in text else text
        return decoded.replace("\xa0", " ")
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = (" ".join(_BULLET.sub("", line).split()) for line in "".join(reader.found).split("\n"))
    return "\n".join(line for line in lines if line)


def _decoded(entity: str) -> str:
    return "&" if _NESTED_AMPERSAND.fullmatch(entity) else unescape(entity).replace("\x00", "")


class _Reader(HTMLParser):
    """Collects the text of HTML; what only looks like a tag is text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag in _TAGS:
            self._say("\n" if tag in _BREAKING else " | " if tag in _CELLS and not self._line_is_new() else "")
        else:
            self._say(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _BREAKING:
            self._say("\n")
        elif tag not in _TAGS:
            self._say(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._say(data)

    def handle_entityref(self, name: str) -> None:
        self._say(_decoded(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._say(_decoded(f"&#{name};"))

    def _say(self, text: str) -> None:
        if not self.silent:
            self.found.append(text)

    def _line_is_new(self) -> bool:
        return not "".join(self.found).rpartition("\n")[2].strip()


# ---------------------------------------------------------------------------------------------- prompts and examples

_CHOOSE = _words(
    "select choose sélectionnez sélectionner choisissez choisir auswählen wählen seleccione seleccionar elija elegir "
    "seleziona selezionare scegli scegliere selecteer selecteren kiezen selecione selecionar escolha escolher"
)
_PROMPT_VERBS = _CHOOSE | _words(
    "click tap enter insert specify describe cliquez saisissez saisir entrez renseigner renseignez klicken tippen eingeben "
    "einzugeben ausfüllen eintragen escriba escribir introduzca haga fare inserire inserisci kies klik invullen clique "
    "introduza preencher"
)
_PROMPT_STARTS = _words("please bitte veuillez por favor per")
_PROMPT_WORDS = _PROMPT_STARTS | _words(
    "a an the one your from this here of or in to for below list drop down dropdown drop-down menu item items type pick fill "
    "option options value values text date answer any relevant appropriate as applicable all that apply "
    "name names title e-mail email address phone number organisation organization org company business role job "
    "department country purpose description details reference ref version signature controller processor contact dd mm "
    "yyyy jj aaaa tt jjjj yy "
    "un une le la les l dans cette ce ici pour du texte élément valeur réponse liste déroulante vous ou appuyez entrer "
    "à de nom adresse société "
    "sie ein eine einen der die das aus hier um oder element wert datum firma den "
    "uno una el elemento opción valor aquí para haga clic pulse o texto fecha nombre "
    "voce il qui toccare immettere testo data nome dall elenco "
    "een het uit lijst tik om tekst te voeren naam waarde optie "
    "um uma toque aqui lista opção"
)
_PLACEHOLDER_NOUNS = _words(
    "name names title date e-mail email address phone organisation organization org company business role country "
    "purpose description details reference ref version signature controller processor contact text value dd mm yyyy jj "
    "aaaa nom société datum firma fecha nombre nome naam department"
)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_BRACKETED = re.compile(r"\[([^\[\]]*)\]|<([^<>]*)>|\{+([^{}]*)\}+|«([^«»]*)»")
_FILL_IN = re.compile(
    r"(?:please )?(?:insert|enter|add|type|fill in|specify|describe|your|select|choose|à compléter|insérer|indiquer|"
    r"einfügen|insertar|inserire|invullen|inserir)\b.*",
    re.I | re.S,
)
_TYPE_HERE = re.compile(
    r"(?:please )?(?:type (?:here|text|your|in)|pick (?:an?|one|your|from)|fill (?:in|out))\b", re.I
)
_DRAWN_BLANK = re.compile(r"[_.…\s]{3,}|…|x{3,}|lorem ipsum\b.*", re.I | re.S)


@lru_cache(maxsize=16_384)
def prompt(text: str) -> bool:
    """Whether a text is a form's own invitation to fill the cell in, so that nobody has."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    if not words or example(words) is not None:
        return False
    if _DRAWN_BLANK.fullmatch(words):
        return True
    if match := _BRACKETED.fullmatch(words):
        inner = next(group for group in match.groups() if group is not None)
        if _FILL_IN.fullmatch(inner.strip()):
            return True
        found = _prompt_words(inner)
        return bool(found) and _generic(found) and any(w in _PLACEHOLDER_NOUNS or w in _PROMPT_VERBS for w in found)
    found = [word for word in _prompt_words(words) if word not in _PROMPT_STARTS]
    if not found or not _generic(found):
        return False
    if len(found) == 1:
        return found[0] in _CHOOSE
    return found[0] in _PROMPT_VERBS or found[-1] in _PROMPT_VERBS or _TYPE_HERE.match(words) is not None


def _prompt_words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _generic(words: Iterable[str]) -> bool:
    return all(word in _PROMPT_VERBS or word in _PROMPT_WORDS for word in words)


_EXAMPLE_WORD = r"(?:for example|par exemple|zum beispiel|por ejemplo|examples?|exemples?|beispiele?|ejemplos?|esempio|esempi|voorbeeld|exemplos?|sample)"
_EXAMPLE_SHORT = r"(?:e\.\s?g\.,?|z\.\s?B\.|p\.\s?ex\.|p\.\s?ej\.|ad es\.|bijv\.|ex\.)"
_EXAMPLE = re.compile(
    rf"(?:{_EXAMPLE_WORD}\s*[:：]|{_EXAMPLE_SHORT}\s*:?)\s*(?P<plain>.*\w.*)"
    rf"|[(\[]\s*{_EXAMPLE_WORD}\s*[)\]]\s*[:–—-]?\s*(?P<marked>.+)"
    rf"|(?P<before>.+?)\s*[(\[]\s*{_EXAMPLE_WORD}\s*[)\]]",
    re.I | re.S,
)


@lru_cache(maxsize=16_384)
def example(text: str) -> str | None:
    """The name within a marker of an example, as in `[Example: Shopify]`, `(EXEMPLE) Paie`, `z. B. Shopify`; or None."""
    words = " ".join(text.split())
    if (match := _BRACKETED.fullmatch(words)) or (match := re.fullmatch(r"\(([^()]*)\)", words)):
        words = next(group for group in match.groups() if group is not None).strip()
    if not (match := _EXAMPLE.fullmatch(words)):
        return None
    found = next(group for group in match.groups() if group is not None)
    return found.strip() or None


# ----------------------------------------------------------------------------------------------------------- nothing


def _listed(words: str) -> frozenset[str]:
    return frozenset(w.strip() for w in words.split(";"))


# Words that by themselves say that there is none: English, French, German, Spanish, Italian, Dutch, Portuguese.
_NONE = _listed(
    "none; nil; nothing; nobody; no one; n/a; n.a; n.a.; n. a; not applicable; does not apply; doesn't apply; "
    "none at present; none at this time; none currently; currently none; none to date; none so far; none at all; "
    "sans objet; s/o; s.o; s. o; aucun; aucune; aucuns; aucunes; néant; neant; non applicable; pas applicable; "
    "non concerné; non concernée; non concernés; non concernées; pas concerné; ne s'applique pas; rien; "
    "kein; keine; keiner; keines; keinen; entfällt; entfaellt; nicht zutreffend; trifft nicht zu; nicht anwendbar; "
    "nicht einschlägig; nichts; niemand; ./.; "
    "ninguno; ninguna; ningunos; ningunas; no aplica; no aplicable; no procede; no corresponde; nada; nadie; sin objeto; "
    "nessuno; nessuna; non applicabile; non si applica; niente; nulla; non pertinente; "
    "geen; niet van toepassing; n.v.t; nvt; n.v.t.; niets; niemand; "
    "nenhum; nenhuma; nenhuns; nenhumas; não aplicável; não se aplica; ninguém"
)
_NOT_STATED = _listed(
    "unknown; not known; not yet known; unsure; not sure; unclear; not stated; not specified; unspecified; not provided; "
    "not documented; not recorded; not available; to be confirmed; to be determined; to be defined; to be decided; "
    "to be completed; to be clarified; to be advised; to be checked; to be verified; to be provided; to be agreed; "
    "to confirm; to clarify; to check; tba; tbc; tbd; t.b.c; t.b.d; t.b.a; pending; pending confirmation; "
    "awaiting confirmation; awaiting information; in progress; work in progress; wip; under review; no information; "
    "no information available; don't know; do not know; none known; none identified; n/k; "
    "à préciser; a préciser; à compléter; a compléter; à définir; à confirmer; à déterminer; à vérifier; à renseigner; "
    "à clarifier; reste à préciser; inconnu; inconnue; inconnus; inconnues; non renseigné; non renseignée; non précisé; "
    "non précisée; non communiqué; non défini; non connu; en cours; en cours de définition; en attente; "
    "en attente de confirmation; ne sait pas; indéterminé; n.c; "
    "unbekannt; nicht bekannt; noch nicht bekannt; unklar; zu klären; noch zu klären; ist zu klären; zu prüfen; "
    "noch zu prüfen; zu ergänzen; noch zu ergänzen; noch offen; offen; in klärung; wird geklärt; wird noch geklärt; "
    "wird nachgereicht; keine angabe; keine angaben; k.a; k. a; nicht angegeben; nicht festgelegt; "
    "noch nicht festgelegt; "
    "desconocido; desconocida; desconocidos; desconocidas; por definir; por confirmar; por determinar; por completar; "
    "a definir; a confirmar; a determinar; pendiente; pendiente de confirmar; sin especificar; no especificado; "
    "no se sabe; se desconoce; etc; and others; among others; entre autres; u.a; usw; "
    "sconosciuto; sconosciuta; ignoto; da definire; da confermare; da verificare; da completare; da determinare; "
    "da chiarire; non noto; non specificato; n.d; n/d; "
    "onbekend; nog onbekend; niet bekend; nog te bepalen; nader te bepalen; te bepalen; nog in te vullen; in te vullen; "
    "n.t.b; n.n.b; niet opgegeven; niet gespecificeerd; "
    "desconhecido; desconhecida; por definir; a completar; pendente; não especificado; não definido; não se sabe"
)

# A sentence says that there is none when it denies once, names what there is none of, and has no other words.
_DENIALS = _words(
    "no not never aucun aucune pas jamais kein keine keinen keinerlei nicht niemals ningún ninguna ningun nunca nessun "
    "nessuna nessuno non mai geen niet nooit nenhum nenhuma não"
)
_WITHOUT = _words("without sans ohne sin senza zonder sem")
_NOT_OF_ANOTHER = re.compile(r"\bnot\b.*\b(?:is|are|was|were)\b")  # what is not personal is transferred
_DENIED = _words(
    "transfer transfers transferred transferring recipient recipients sub-processor sub-processors subprocessor "
    "subprocessors processor processors disclosure disclosures disclosed disclose share shared sharing export exported sent "
    "transfert transferts transféré transférée transférés transférées transférons transférés destinataire destinataires sous-traitant "
    "sous-traitants communication communiquées communiquée "
    "übermittlung übermittlungen übermittelt drittlandübermittlung drittlandübermittlungen drittlandtransfer "
    "drittstaatentransfer datenübermittlung weitergabe weitergegeben empfänger transfers "
    "transferencia transferencias transfieren destinatario destinatarios encargados cesión cesiones ceden comunicaciones "
    "trasferimento trasferimenti trasferiti destinatari trasferiscono "
    "doorgifte doorgiften doorgegeven ontvangers ontvanger verstrekking verwerkers "
    "transferência transferências transferidos destinatários destinatário"
)
_ABOUT_DENIALS = _words(
    "there is are was were be being do does we it any the a an of to by made make takes take place occur occurs happen "
    "currently present presently today date at this time now so far international cross-border overseas abroad "
    "internationally external externally third-country third country countries party parties with or and organisation "
    "organisations organization organizations personal data information customer employee used involved identified planned intended foreseen "
    "il n y a de d' d des du vers un une pays tiers ou et à en ce jour prévu prévue est sont effectué effectuée externe "
    "externes le la les l' étranger international internationale internationales internationaux données donnée personnelles personnelle ne n' "
    "caractère personnel actuellement organisation ici "
    "vindt plaats dritten zu "
    "es findet finden statt in ein eine an dritte drittland drittländer drittländern drittstaat drittstaaten externe "
    "externen internationale organisationen oder und derzeit werden wird von der daten personenbezogene "
    "personenbezogener personenbezogenen erfolgt erfolgen vorgesehen geplant ins ausland "
    "hay existen se realizan prevén previstas internacionales internacional terceros países datos personales de a la el "
    "actualmente los las o "
    "ci sono c'è previsto previsti verso paesi terzi dati personali internazionali esterni vengono viene i "
    "er zijn wordt worden naar aan derde landen land buitenland persoonsgegevens gegevens externe internationaal "
    "há para terceiros países dados pessoais internacionais são §"
)
_UNION = (
    r"(?:e\.?u\.?|u\.?e\.?|e\.?e\.?a\.?|e\.?e\.?e\.?|ewr|eer|see|eu[/-]ewr|european union|european economic area|europe|"
    r"union européenne|espace économique européen|europäischen union|europäischen wirtschaftsraums?|unión europea|"
    r"espacio económico europeo|unione europea|spazio economico europeo|europese unie|europese economische ruimte|"
    r"união europeia|espaço económico europeu|uk|united kingdom|royaume-uni|new zealand|nz|australia|switzerland|suisse|"
    r"schweiz|country|pays|land)"
)
_OUTSIDE = re.compile(
    r"\b(?:outside(?: of)?|hors(?: de)?|en dehors de|außerhalb|ausserhalb|fuera de|al di fuori|fuori|buiten|fora d[ao]|"
    r"extra|non)[ -]?(?:\bthe |\bl['’ ]?|\bla |\bdell['’ ]?|\bd[aeo] |\bder |\bdes |\bdel |\bde |\bdu )?"
    rf"{_UNION}(?:(?: ?[/+&,] ?| and (?:the )?| or (?:the )?| et | ou | und | oder | y | e | en | of )(?:the |l['’])?{_UNION})*(?![\w-])"
)

_EXCEPTIONS = re.compile(
    r"\b(?:except\w*|excluding|unless|but|however|though|although|other than|apart|besides|aside|save for|until|if|when|"
    r"where|will|would|may|might|can|could|planned|yes|see|refer|ask|maybe|perhaps|possibl[ey]|sometimes|"
    r"sauf|hormis|excepté\w*|exception|mais|toutefois|cependant|hors|si|quand|voir|cf|prévu\w*|oui|éventuel\w*|"
    r"außer|ausser|ausgenommen|ausnahme\w*|jedoch|aber|sofern|sei denn|soweit|wenn|falls|siehe|geplant|ja|evtl|ggf|"
    r"salvo|excepto|excepción|pero|menos|cuando|véase|ver|"
    r"tranne|eccetto|eccezione|ma|però|quando|vedi|behalve|uitgezonderd|maar|tenzij|mits|zie|indien|"
    r"exceto|exceção|mas|porém|quando|veja)\b|^(?:only|just|seulement|uniquement|nur|lediglich|solo|sólo|solamente|soltanto|alleen|"
    r"apenas|somente)\b"
)
_EXPLAINS = re.compile(r"\s+[–—―-]+\s+|\s*[–—―]\s*|\s*:\s+|\s*,\s+|\s*\((?=.*\)$)|\s*\[(?=.*\]$)|\s*=\s*")
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{2})[.!](?:\s+|$)|\s*[;\n|]\s*|\s+/\s+")
_INTERNAL_ONLY = _listed(
    "only internal; only internally; nur intern; nur interne nutzung; uniquement interne; uniquement en interne; solo interno; "
    "solo internamente; alleen intern; apenas interno"
)
_ASKS_SOMEBODY = re.compile(r"(?:with|by|from|after|avec|par|auprès|mit|durch|von|con|por|da|met|door|com)\b")
_LONGEST_NOTHING = 300


_NOT_STATED_BEGINS = frozenset(words.partition(" ")[0] for words in _NOT_STATED)


@lru_cache(maxsize=16_384)
def nothing(text: str) -> Nothing | None:
    """Which kind of nothing a cell of a foreign layout says; None when it says something, or may.

    Beside the workbook's own words these are negations in seven languages, alone, with an explanation behind them
    (`None — Klaviyo is the processor`) and as sentences (`No transfers outside the EU.`). A text that makes an exception,
    names a place otherwise, or has words that are not known from such sentences says something.
    """
    if (found := nothing_in(text)) is not None:
        return found
    if prompt(text):
        return Nothing.BLANK
    if len(text) > _LONGEST_NOTHING:
        return None
    if not any(c.isalnum() for c in text):
        return Nothing.NONE if set(text.split()) and set("".join(text.split())) <= set("-–—―/") else Nothing.BLANK
    clauses = [clause for clause in _SENTENCE_END.split(text.replace("’", "'")) if clause.strip(" .,:!")]
    kinds = {_clause(clause.strip(" .,:!")) for clause in clauses}
    if not kinds or None in kinds:
        return None
    return Nothing.NOT_STATED if Nothing.NOT_STATED in kinds else Nothing.NONE


def _clause(clause: str) -> Nothing | None:
    inner = clause[1:-1].strip() if re.fullmatch(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>|\"[^\"]*\"", clause) else clause
    if (found := _said_by(inner)) is not None:
        return found
    if not (match := _EXPLAINS.search(inner)):
        return _asked_of_somebody(inner)
    found = _said_by(inner[: match.start()])
    return found if found is not None and _only_explains(inner[match.end() :].rstrip(")] .")) else None


def _said_by(words: str) -> Nothing | None:
    """What words say that have no explanation with them."""
    folded = " ".join(unicodedata.normalize("NFC", words).casefold().split()).strip(" .,:!?")
    if folded in _NONE:
        return Nothing.NONE
    if folded in _NOT_STATED or nothing_in(folded) is Nothing.NOT_STATED:
        return Nothing.NOT_STATED
    return Nothing.NONE if _denies(folded) else None


def _denies(folded: str) -> bool:
    scoped = _OUTSIDE.sub("§", folded)
    words = re.findall(r"§|[^\W\d_]+(?:-[^\W\d_]+)*'?|[^\s'-]", scoped)
    found = [word.rstrip("'") for word in words]
    if found and found[0] in _WITHOUT:
        found[0] = "no"
    return (
        sum(word in _DENIALS for word in found) == 1
        and not _NOT_OF_ANOTHER.search(folded)
        and any(word in _DENIED for word in found)
        and all(word in _DENIALS or word in _DENIED or word in _ABOUT_DENIALS for word in found)
    )


def _asked_of_somebody(words: str) -> Nothing | None:
    """`to be confirmed with IT`."""
    folded = " ".join(words.casefold().split())
    for known in _NOT_STATED if folded.partition(" ")[0] in _NOT_STATED_BEGINS else ():
        if folded.startswith(f"{known} "):
            rest = words[len(known) :].strip()
            if _ASKS_SOMEBODY.match(rest.casefold()) and _only_explains(rest, 8):
                return Nothing.NOT_STATED
    return None


def _only_explains(rest: str, most: int = 14) -> bool:
    """Whether words after a negation add nothing to it that could be a recipient's place or an exception."""
    if _said_by(rest) is not None or rest.casefold() in _INTERNAL_ONLY:
        return True
    words = rest.split()
    return (
        len(words) <= most
        and not _EXCEPTIONS.search(re.sub(r"^ask\b", "", rest.casefold()))
        and not (words and name_key(words[-1]) in _LEGAL_FORMS)
        and not _SENTENCE_END.search(rest)
        and not places.mentioned(rest)
    )


# ------------------------------------------------------------------------------------------------------------- lists


class Split(NamedTuple):
    """A text as the list it is: its parts in order, and what parts them (empty when there is one part)."""

    parts: tuple[str, ...]
    separator: str


_LEGAL_FORMS = _words(
    "inc incorporated ltd limited llc llp lp plc corp corporation co company coltd pty ptyltd ptylimited pbc pc na gmbh mbh ag kg "
    "gmbhcokg ohg ug se ev eg sa sas sasu sarl srl spa sl slu sau scs sca snc bv nv vof cv bvba lda ltda eireli as asa a b ab oy "
    "oyj aps ivs kft zrt sro doo ooo sp spzoo kk gk pte pteltd pvt pvtltd privatelimited bhd sdnbhd jr sr phd md esq ii iii"
) - {"a", "b"}
_OPENING, _CLOSING = "([{（［｛“„«‹", ")]}）］｝”“»›"
_NUMBER = re.compile(r"^[ \t]*\(?(?:\d{1,3}|[a-zA-Z])[.)]\s+")
_INLINE_NUMBER = re.compile(r"(?:^|(?<=\s))\(?(\d{1,2})[.)]\s+")
_INLINE_BULLET = re.compile(r"(?:^|\s*)[•◦▪●‣⁃∙►▶➢➤✓✔]\s*|\s+·\s+")
_LEVELS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("\n", re.compile(r"[ \t]*(?:\r\n|[\n\r\v\f\x85\u2028\u2029])\s*")),
    ("•", _INLINE_BULLET),
    ("1.", _INLINE_NUMBER),
    (";", re.compile(r"\s*[;；]\s*")),
    ("|", re.compile(r"\s*\|+\s*")),
    (" / ", re.compile(r"\s+/+\s+")),
    (",", re.compile(r"\s*(?:,(?!\d|\s*(?:19|20)\d\d\b)|(?<!\d),(?=\d)|[、，])\s*")),
    (" + ", re.compile(r"\s+\+\s+")),
)
_GOES_ON = re.compile(  # what says more about the item before it
    r"\(|m[oó]dul[eo]?s?\s+(?:\d|i{1,3}\b|iv\b|one\b|two\b|three\b|four\b)|(?:signed|dated|executed)(?:\s+(?:on|in|by)\b|\s+\d|$)|"
    r"\d{1,2}(?:st|nd|rd|th)?[./ -](?:\d{1,2}|[^\W\d_]{3,9})[./ -]\d{2,4}$|\d{4}-\d{2}-\d{2}$",
    re.I,
)
_SHORT_MODULE = re.compile(r"m(?:od\.?)? ?[1-4]", re.I)
_CLAUSES = re.compile(r"\b(?:sccs?|clauses?|ccts?)\b", re.I)
_FINAL = re.compile(r"\s+(?:and|et|und|y|e|en|ou|or|oder|&|\+)\s+", re.I)
_LEADING_AND = re.compile(r"^(?:and|et|und|y|e|en|or|ou|oder|o|of|&)\s+", re.I)
_GO_TOGETHER = _listed(
    "health and safety; research and development; terms and conditions; learning and development; food and drink; "
    "profit and loss; procter & gamble; ernst & young; marks & spencer; dun & bradstreet; barnes & noble; black & decker; "
    "bang & olufsen; standard & poor's; arts et métiers"
)
_FIRM_TAILS = _words(
    "sons son söhne sohn fils frères brothers bros co company cie partners associates associés partner daughters hijos "
    "figli zonen gmbh filhos"
)
_SENTENCE = re.compile(
    r"[.!?]\s+[^\W\d_]|\b(?:is|are|was|were|will|must|can|cannot|has|have|had|been|being|shall|should|we|our|they|it|its|"
    r"which|who|that|because|until|unless|except\w*|excluding|sauf|hormis|außer|ausgenommen|salvo|tranne|behalve|exceto|if|when|where|while|as|than|including|such|depending|based|kept|used|"
    r"est|sont|sera|seront|nous|notre|ils|qui|que|dont|lorsque|selon|afin|conformément|y compris|"
    r"ist|sind|wird|werden|wurde|wir|unser|sie|wenn|sofern|soweit|gemäß|einschließlich|die|dass|"
    r"es|son|será|nuestro|cuando|según|incluido|è|sono|viene|nostro|quando|secondo|zijn|worden|wordt|onze|wanneer|volgens)\b"
)
_LONGEST_ITEM, _MOST_WORDS, _MOST_WORDS_BY_AND = 80, 8, 2


def split(text: str) -> Split:
    """A text as a list, parted by the strongest separator in it, never within brackets or quotation marks.

    From strong to weak: line breaks (bullets and numbers at their beginning go), bullets or numbers within a line, `;`,
    `|`, ` / `, `,`, ` + `. A comma and a plus part only what looks like items: short, no sentence, no place that
    is written with a comma, and a legal form belongs to the name before it. `and` and `&` part only the end of a list
    with commas. A slash without blanks around it never parts: `N/A`, `TCP/IP`, `HR/Payroll` are one.
    """
    cut = _cut_at_strongest(text)
    parts = tuple(part for part in cut[0] if part)
    return Split(parts, cut[1] if len(parts) > 1 else "")


@lru_cache(maxsize=16_384)
def items(text: str) -> tuple[str, ...]:
    """All items of a list, also of lists within its lines: a part is parted again at weaker separators."""
    parts, separator = split(text)
    if not separator:
        return parts
    return tuple(item for part in parts for item in items(part))


@lru_cache(maxsize=16_384)
def _cut_at_strongest(text: str) -> tuple[tuple[str, ...], str]:
    """The parts in order, empty ones between others too, and the separator."""
    trimmed = text.strip()
    closed = _protected(trimmed)
    for separator, pattern in _LEVELS:
        cuts = [m for m in pattern.finditer(trimmed) if not closed[m.start()] and not closed[m.end() - 1]]
        if not cuts or (separator == "1." and not _counts(cuts)):
            continue
        pieces = [_tidy(piece) for piece in _pieces(trimmed, cuts)]
        if separator in ("•", "1."):
            pieces = [piece for piece in pieces if piece]
        if separator == ",":
            pieces = _comma_items(trimmed, pieces)
        while pieces and not pieces[0]:
            pieces.pop(0)
        while pieces and not pieces[-1]:
            pieces.pop()
        if sum(map(bool, pieces)) < 2:
            continue
        if separator == " / " and not all(any(c.isalpha() for c in p) for p in pieces if p):
            continue
        if separator == " + " and not all(_is_item(p) and not p[:1].isdigit() for p in pieces):
            continue
        return tuple(pieces), separator
    whole = _tidy(trimmed)
    return ((whole,) if whole else ()), ""


def _pieces(text: str, cuts: Sequence[re.Match[str]]) -> list[str]:
    starts = [0, *(m.end() for m in cuts)]
    ends = [*(m.start() for m in cuts), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _tidy(piece: str) -> str:
    bare = piece.strip(" \t\r\n;,|；，、")
    unmarked = _BULLET.sub("", bare)
    unmarked = _NUMBER.sub("", unmarked, count=1) if unmarked == bare else unmarked
    return unmarked.strip(" \t\r\n;,|；，、") or bare


def _protected(text: str) -> list[bool]:
    """For each character, whether it stands within brackets or quotation marks that are closed again."""
    closed = [False] * len(text)
    opened: list[int] = []
    quote: int | None = None
    for at, c in enumerate(text):
        if c == '"':
            if quote is None:
                quote = at
            else:
                closed[quote : at + 1] = [True] * (at + 1 - quote)
                quote = None
        elif c in _CLOSING and opened and _OPENING.index(text[opened[-1]]) == _CLOSING.index(c):
            start = opened.pop()
            if not opened:
                closed[start : at + 1] = [True] * (at + 1 - start)
        elif c in _OPENING:
            opened.append(at)
    return closed


def _counts(cuts: Sequence[re.Match[str]]) -> bool:
    return len(cuts) > 1 and [int(m[1]) for m in cuts] == list(range(1, len(cuts) + 1))


def _comma_items(whole: str, pieces: list[str]) -> list[str]:
    """The items of a list with commas; the whole text as one when it is no such list."""
    found: list[str] = []
    for piece in pieces:
        form = name_key(piece) in _LEGAL_FORMS and not (found and places.named(piece) and places.named(found[-1]))
        goes_on = found and _GOES_ON.match(piece) and not _GOES_ON.match(found[-1])
        of_clauses = found and _SHORT_MODULE.fullmatch(piece) and _CLAUSES.search(found[-1])
        if found and (form or goes_on or of_clauses):
            found[-1] = f"{found[-1]}, {piece}"
        else:
            found.append(piece)
    if len(found) < 2:
        return [whole]
    last = _LEADING_AND.sub("", found[-1])
    found = [*found[:-1], last] if last != found[-1] else [*found[:-1], *_at_final_and(found[-1])]
    if not all(_is_item(piece) for piece in found if piece):
        return [whole]
    if places.named(whole):
        return [whole]
    if places.named(found[-1]) and not all(places.named(piece) for piece in found):
        read = places.read_places(whole)
        if not read.unknown and len(read.places) != len(found):
            return [whole]
    return found


def _at_final_and(piece: str) -> list[str]:
    cuts = list(_FINAL.finditer(piece))
    closed = _protected(piece)
    if len(cuts) != 1 or closed[cuts[0].start()]:
        return [piece]
    first, last = piece[: cuts[0].start()], piece[cuts[0].end() :]
    one_name = (
        " ".join(piece.casefold().split()) in _GO_TOGETHER
        or name_key(first) == name_key(last)
        or min(len(first), len(last)) < 2
        or max(len(first.split()), len(last.split())) > _MOST_WORDS_BY_AND
        or name_key(last.split()[0]) in _FIRM_TAILS
        or places.named(piece) is not None
    )
    return [piece] if one_name else [first, last]


def _is_item(piece: str) -> bool:
    outside = re.sub(r"\([^()]*\)", "", piece)
    words = len(outside.split())
    return len(outside) <= _LONGEST_ITEM and words <= _MOST_WORDS and not _SENTENCE.search(outside)


# ------------------------------------------------------------------------------------------------------------- pairs


def aligned(first: str, *others: str) -> list[tuple[str, ...]] | None:
    """Cells of one row whose parts stand in the same order: as many parts, more than one, by the same separator.

    None when they do not line up. Nothing is filled up or left out: a place that is empty in one cell must be empty in
    all.
    """
    cut = [_cut_at_strongest(text) for text in (first, *others)]
    separators = {separator for _, separator in cut}
    if len(cut) < 2 or len(separators) != 1 or separators == {""}:
        return None
    empties = {tuple(not part for part in parts) for parts, _ in cut}
    if len(empties) != 1:
        return None
    return [row for row in zip(*(parts for parts, _ in cut), strict=True) if any(row)]


_SAYS = re.compile(r"\s*(?:[:=→]|->|=>|\s[–—-]+\s)\s*")
_WITH_BRACKET = re.compile(r"(?P<head>[^()]*?)\s*\((?P<inner>[^()]*)\)")
_BETWEEN_NAMES = re.compile(r"\s*[/,;&+]\s*|\s+(?:and|et|und|y)\s+")


def tied(names: Sequence[str], text: str) -> dict[str, str] | None:
    """What a text says of each name, where it ties values to names itself: name as given → value.

    Read are `NAME: value`, `NAME – value`, `NAME (value)` and `value (NAME / NAME)`, in a list of any kind. None when
    any part of the text is tied to no name given. A name may be given by its first words, or by what it has in brackets,
    where no other name is meant by them: `Razorpay` for `Razorpay Financial Services`.
    """
    known = _names_by_key(names)
    cut = split(text)
    ways = [cut.parts]
    if not cut.separator:
        ways.append(tuple(_FINAL.split(text.strip())))
    if cut.separator == "," and len(_SAYS.findall(text)) == 1:
        ways.append((text.strip(),))
    for parts in ways:
        found: dict[str, list[str]] = {}
        if parts and all(_tie(part, known, found) for part in parts):
            return {name: "; ".join(dict.fromkeys(values)) for name, values in found.items()}
    return None


def _names_by_key(names: Sequence[str]) -> dict[str, str]:
    """What may stand for each name: itself, its first words, what it has in brackets; nothing that two names share."""
    known: dict[str, str] = {name_key(name): name for name in names}
    short: dict[str, set[str]] = {}
    for name in dict.fromkeys(names):
        outside, *inside = re.split(r"[()\[\]]", name)
        words = outside.replace(",", " ").split()
        forms = {name_key(" ".join(words[:end])) for end in range(1, len(words) + 1)} | {
            name_key(w) for w in inside if w
        }
        for key in forms:
            if len(key) > 2:
                short.setdefault(key, set()).add(name)
    for key, full in short.items():
        if len(full) == 1:
            known.setdefault(key, next(iter(full)))
    return known


def _tie(part: str, known: dict[str, str], found: dict[str, list[str]]) -> bool:
    if match := _WITH_BRACKET.fullmatch(part.strip()):
        head, inner = match["head"].strip(), match["inner"].strip()
        inside = [known.get(name_key(word)) for word in _BETWEEN_NAMES.split(inner) if word]
        whole: list[str | None] = [known[name_key(inner)]] if name_key(inner) in known else inside
        of_head = known.get(name_key(head))
        if of_head and inner and not any(whole):
            found.setdefault(of_head, []).append(inner)
            return True
        if head and not of_head and whole and None not in whole:
            for named in filter(None, whole):
                found.setdefault(named, []).append(head)
            return True
    for match in _SAYS.finditer(part):
        name, value = known.get(name_key(part[: match.start()])), part[match.end() :].strip()
        if name and value:
            found.setdefault(name, []).append(value)
            return True
    return False


# -------------------------------------------------------------------------------------------- answers about recipients

_YES_AND = re.compile(
    r"\s*(?:yes|oui|ja|sí|sì|sim|si|y)\s*(?:[-–—:,;.(]+)\s*(?:(?:with|to|by|via|avec|mit|con|met|com)\s+)?(?P<rest>\S.*?)\s*",
    re.I | re.S,
)
_NO_AND = re.compile(r"(?:no|non|nein|nee|não|nao)\s*[-–—:,;.(]+\s*(?P<rest>\S.*)", re.I | re.S)
_PARTIES = (
    r"(?:third[- ]?part(?:y|ies)|external(?: (?:part(?:y|ies)|recipients?|sharing|access|vendors?))?|outside part(?:y|ies)|recipients?|vendors?|"
    r"suppliers?|providers?|processors?|sub-?processors?|sharing|disclosures?|others?|one else|body else)"
)
_NOBODY = re.compile(
    rf"(?:no|none|without)(?: other| further| external| additional)? {_PARTIES}(?: (?:involved|used|sharing|access|recipients?|vendors?))?"
    r"|not (?:shared|disclosed)(?: (?:externally|with (?:any|third|others?|anyone)\b.*|outside\b.*))?|none (?:other|else)|nobody else|no-one else"
    r"|internal(?:ly)?(?: (?:use|only|use only))*|in-?house(?: only| use| use only)?|only internal(?:ly)?|for internal use(?: only)?"
    r"|(?:aucun|pas d['’ ]|pas de|sans) ?(?:tiers|autres?|partage|sous-traitants?|destinataires?)|(?:usage )?interne(?: uniquement| seulement)?|en interne"
    r"|(?:keine?|ohne) (?:dritte[nr]?|weiteren?|anderen?|weitergabe|empfänger|externen?)|(?:nur )?intern|sonst niemand"
    r"|(?:ningún|ningun|sin) (?:terceros?|otros?)|(?:solo |uso )?interno|nessun(?:o)? (?:terzo|altro)|geen (?:derden|anderen)|alleen intern"
    r"|(?:nenhum|sem) (?:terceiros?|outros?)",
    re.I,
)
_VAGUE = re.compile(
    r"(?:please )?(?:(?:see|refer to|as per|cf\.?|listed in) (?:the |our |its |attached )*(?:contracts?|agreements?|notes?|lists?|above|below|annex\w*|"
    r"appendi\w+|schedule|register|tab|sheet|policy|privacy|dpa|attachment|attached|document\w*|comments?|column|row|section|\d).*)"
    r"|(?:voir|cf\.?|siehe|véase|ver|vedi|zie|veja) (?:le |la |les |el |il |de |het |o |den |die |das )?(?:contrat\w*|contrato\w*|contratto|contract\w*|"
    r"vertrag\w*|liste?|lista|lijst|note|nota|noot|annexe?|anexo|allegato|anhang|anlage|bijlage|oben|unten|ci-dessus|ci-dessous|arriba|sopra|boven\w*|acima).*"
    r"|(?:same )?as (?:above|below|before)|same|ditto|idem|dito|ibid\.?|wie oben|comme ci-dessus|siehe oben|[\"〃]"
    r"|(?:various|multiple|several|numerous|many|different|plusieurs|verschiedene|mehrere|varios|varias|diverse|meerdere|vários|várias)"
    r"(?: (?:third[- ]?parties|vendors|suppliers|providers|processors|sub-?processors|recipients|partners|companies|others|prestataires|fournisseurs|"
    r"sous-traitants|destinataires|dienstleister|anbieter|empfänger|proveedores|destinatarios|fornitori|leveranciers|fornecedores))?"
    r"|divers|diverses|vari|depends?|it depends|varies",
    re.I,
)
_MADE_HERE = re.compile(
    r"custom(?:[- ](?:built|made|developed|software|code|app\w*|system|tool))?|bespoke|home[- ]?(?:grown|made|built)|self[- ](?:built|developed|hosted)|own|"
    r"our own|internal\w*|in-?house|eigenentwicklung|selbst entwickelt|développ\w+ (?:en )?interne|desarrollo propio|sviluppo interno|eigen ontwikkeling|n/?a",
    re.I,
)
_ANSWER_YES = frozenset({*YES_WORDS, "si", "j", "x", "✓", "✔", "☒"}) - {"1"}
_ANSWER_NO = frozenset({*NO_WORDS, "☐"}) - {"0"}
_STRUCK = re.compile(
    r"~~(?P<struck>.+?)~~[ \t]*(?:[-–—:,(]?[ \t]*(?:removed|replaced|retired|ended|decommissioned|discontinued|terminated|cancell?ed|deleted|"
    r"old|former\w*|no longer|until|stopped|supprim\w+|retir\w+|entfernt|beendet|gekündigt|eliminad\w+|rimoss\w+|verwijderd|removid\w+)\b[^;|\n/,]*)?",
    re.I | re.S,
)


def unstruck(text: str) -> str:
    """A text without what is struck out in it (`~~Old name~~ removed 2025`)."""
    return _STRUCK.sub("", text).strip() if "~~" in text else text


def after_yes(text: str) -> str:
    """What an answer names behind its yes: `Yes - Xero` → `Xero`; any other text as it is."""
    match = _YES_AND.fullmatch(text)
    if match is None:
        return text
    rest = match["rest"]
    return rest[:-1].rstrip() if rest.endswith(")") and rest.count(")") > rest.count("(") else rest


@lru_cache(maxsize=16_384)
def party(text: str) -> str | Nothing:
    """Who is meant by one item under a heading of recipients; which kind of nothing where it is an answer and no name.

    `No third parties` is nobody; `Yes`, `various`, `see contract` are somebody who is not stated.
    """
    words = " ".join(unstruck(text).split())
    if (found := nothing(words)) is not None:
        return found
    bare = words.strip(" .:!?").casefold()
    if bare in _ANSWER_NO or _NOBODY.fullmatch(bare):
        return Nothing.NONE
    if bare in _ANSWER_YES or _VAGUE.fullmatch(bare):
        return Nothing.NOT_STATED
    named = after_yes(words)
    if named != words:
        found_in = party(named) if after_yes(named) == named else Nothing.NOT_STATED
        led = " " in named or not words.endswith((f"- {named}", f"– {named}", f", {named}", f": {named}", f"({named})"))
        vague = found_in is Nothing.NONE or (isinstance(found_in, str) and found_in[:1].islower() and led)
        return Nothing.NOT_STATED if vague else found_in
    if match := _NO_AND.fullmatch(words):
        rest = match["rest"].rstrip(" .)")
        plain_rest = _NOBODY.fullmatch(rest) or (rest[:1].islower() and _only_explains(rest))
        return Nothing.NONE if plain_rest else Nothing.NOT_STATED
    if (bracket := _WITH_BRACKET.fullmatch(words)) and _MADE_HERE.fullmatch(bracket["head"]):
        inner = bracket["inner"].strip()
        if _NOBODY.fullmatch(inner) or nothing(inner) is Nothing.NONE:
            return Nothing.NONE
    return words


_OWN_PREMISES = re.compile(
    r"\bon[- ]?prem(?:ises?|isis)?\b|\bin[- ]?house\b|\bself[- ]?hosted\b|\b(?:hosted )?internally(?: hosted)?\b|\binternal(?:ly hosted)?\b|"
    r"\b(?:our|own|company|internal|local|office|head office|hq)(?: own)?(?: file| data| physical)? (?:servers?|premises|offices?|data ?cent(?:re|er)s?|"
    r"infrastructure|hardware|server room|sites?|hosting|building|network)\b|"
    r"\bintern gehostet\b|\beigene[rsnm]? (?:server|rechenzentrum|räume\w*|infrastruktur|hosting)\b|\bvor ort\b|"
    r"\bsur site\b|\ben propre\b|\ben interne\b|\b(?:serveurs? (?:internes?|propres?)|hébergement interne|nos (?:locaux|serveurs)|auto-?hébergé\w*)\b|"
    r"\b(?:servidor(?:es)? propios?|en nuestras? (?:oficinas?|instalaciones)|instalaciones propias|en local|alojamiento propio|interno)\b|"
    r"\b(?:server (?:interno|di proprietà)|in sede|presso la sede|eigen (?:server|servers|datacentrum|beheer)|servidor(?:es)? próprios?|nas instalações)\b",
    re.I,
)
_OWN_BESIDE = _words(
    "a an the at in on of our own hosted located kept stored held server servers file files room office offices premises data centre center "
    "datacentre datacenter site building company head hq local physical only and by us itself ourselves organisation organization system "
    "software application app database desktop paper locked cabinet cupboard drive shared network storage hosting "
    "le la les un une dans à au de du des sur nos notre serveur serveurs locaux armoire am an im in der die das den dem unser unserem server "
    "en el los las nuestra nuestro servidor oficina nella nel sede het onze op kantoor no na sala servidores"
)


@lru_cache(maxsize=16_384)
def own_premises(text: str) -> bool:
    """Whether a cell says that the organisation itself holds something on its own premises, and names nobody else for it."""
    words = " ".join(text.split())
    rest = _OWN_PREMISES.sub(" ", words)
    if rest == words or len(words) > _LONGEST_ITEM:
        return False
    told = [w for part in re.split(r"[(),;:/–—\n-]+", rest) if not _names_place(part) for w in _WORD.findall(part)]
    return all(w.casefold() in _OWN_BESIDE or _names_place(w) for w in told)


def _names_place(text: str) -> bool:
    bare = re.sub(r"^(?:in|at|à|en|bei|an|of)\s+", "", text.strip(), flags=re.I)
    if not bare or places.named(bare) is not None or (places.mentioned(bare) and len(bare.split()) < 3):
        return bool(bare)
    hints = [hint for word, hint in places.read_places(bare).unknown if hint and places.nearest(word, [hint]) is None]
    return bool(hints) and len(bare.split()) < 4


# --------------------------------------------------------------------------------------- from whom it is collected

_SELVES = (
    r"(?:the )?(?:individuals?|data subjects?|persons?(?: concerned)?|people|themsel(?:f|ves)|him/?herself)|self|direct(?:ly)?|"
    r"(?:la |les )?personnes? (?:elles?-mêmes?|concernées?)|(?:l['’])?intéressée?s?|(?:la |les )?personnes?|"
    r"(?:die |der |den |dem )?(?:betroffenen?(?: personen?)?)|betroffener|(?:el |la |los )?(?:propi[oa] )?(?:interesad[oa]s?|titular(?:es)?(?: de los datos)?)|"
    r"(?:l['’]|gli )?interessat[oi]|(?:de )?betrokkenen?|(?:o |os )?titular(?:es)?(?: dos dados)?|"
    r"(?:del |dal |van de |beim |bei der |von der |aus )?(?:betroffene[nr]?(?: person(?:en)?)?)"
)
_KINDS_OF_PEOPLE = (
    _words(
        "employee employees staff worker workers personnel colleague colleagues salarié salariés salariée employé employés collaborateur collaborateurs "
        "agents mitarbeiter mitarbeitende mitarbeiterin mitarbeiterinnen beschäftigte beschäftigter empleado empleados trabajador trabajadores personal "
        "dipendente dipendenti lavoratori medewerker medewerkers werknemer werknemers empregado empregados colaborador colaboradores trabalhadores funcionários"
    ),
    _words(
        "customer customers client clients consumer consumers buyer buyers shopper shoppers purchaser purchasers kunde kunden kundin cliente clientes clienti "
        "klant klanten consumidor consumidores user users usager usagers utilisateur utilisateurs nutzer benutzer usuario usuarios utente utenti gebruiker "
        "gebruikers usuário usuários subscriber subscribers abonné abonnés visitor visitors visiteur visiteurs besucher visitante visitantes bezoeker bezoekers member "
        "members adhérent adhérents mitglied mitglieder socio socios guest guests prospect prospects lead leads"
    ),
    _words("applicant applicants candidate candidates candidat candidats bewerber candidato candidatos sollicitant sollicitanten"),
    _words("patient patients patienten paciente pacientes paziente pazienti resident residents"),
    _words("student students pupil pupils élève élèves étudiant étudiants schüler student estudiante estudiantes alumno alumnos studente studenti leerling leerlingen aluno alunos"),
    _words("donor donors donateur donateurs spender volunteer volunteers bénévole bénévoles participant participants"),
)  # fmt: skip
_FROM_SELF = re.compile(
    r"(?:collected |obtained |provided |given |supplied )?(?:(?:straight|direct(?:ly)?|directement|direkt|directamente|direttamente|rechtstreeks|diretamente)\s+)?"
    r"(?:(?:from|by|auprès(?: de| d['’]| des| du)?|de|des|du|von|vom|bei|beim|del|dal|dai|van|do|dos|da)\s+)?"
    r"(?:(?:the|our|le|la|les|l['’]|der|die|den|dem|el|los|il|i|gli|de|het|o|os)\s*(?<=['’\s]))?(?P<who>.+?)"
    r"(?:\s+(?:themsel(?:f|ves)|himself|herself|itself|directly|direct|lui-même|elle-même|eux-mêmes|selbst|direkt|mism[oa]s?|stess[oi]|zelf|pr[óo]pri[oa]s?))?",
    re.I,
)
_SELF = re.compile(_SELVES, re.I)


@lru_cache(maxsize=16_384)
def from_the_individual(text: str, individuals: str = "") -> bool:
    """Whether a source of information is the individuals themselves. `individuals` is whom the row is about, if it says.

    A kind of people (`Employee`) is the individual where the row is about such people, or does not say about whom.
    """
    words = " ".join(text.split()).strip(" .:")
    if _SELF.fullmatch(words):
        return True
    match = _FROM_SELF.fullmatch(words)
    who = match["who"].strip() if match else words
    if _SELF.fullmatch(who):
        return True
    said, about = _kinds_of_people(who), {name_key(part) for part in items(individuals)}
    if name_key(who) in about:
        return True
    if said is None:
        return False
    kinds = {kind for each in _WORD.findall(individuals) if (kind := _kinds_of_people(each)) is not None}
    return said in kinds or not individuals.strip() or who.casefold() != words.casefold()


def _kinds_of_people(who: str) -> int | None:
    return next((n for n, kind in enumerate(_KINDS_OF_PEOPLE) if who.casefold() in kind), None)


# ------------------------------------------------------------------------------------------------- legal conclusions

_ADEQUACY = re.compile(
    r"\bad[eé]quat\w*|\bin?ad[eé]quat\w*|\badequa(?:cy|te|tely|do|da|dos|das|to|ta|ti|te)\b|\badecuad[oa]s?\b|\badecuación\b|"
    r"\badequaç\w+|\badeguat\w+|\bangemessen\w*\s+(?:schutz|daten|land|länder)\w*|\bangemessenheit\w*|\bpassend\s+besch\w+|"
    r"\badequaatheids?\w*|\badequaat\b|"
    r"\bprivacy[\s-]*shield|\bsafe[\s-]*harbou?rs?\b|\bbouclier de protection\b|\bescudo de (?:la )?privacidad\b|"
    r"\bscudo (?:per la )?privacy\b|\bwhite[\s-]?list(?:ed)?\b|\bsicher\w* drittl\w+|\bsafe (?:third )?countr\w+|\bpa[ií]s(?:es)? segur\w+",
    re.I,
)


_EVIDENCE = r"(?:safeguards?|measures?|security|contracts?|controls?|clauses?|garanti\w*|garanzie|garantías|mesures?|medidas|misure)"
_ADEQUATE_EVIDENCE = re.compile(
    rf"\b(?:adequate|adäquate\w*|adequati|adecuad[oa]s|adequad[oa]s|adeguat[ei])\s+{_EVIDENCE}|"
    rf"{_EVIDENCE}\s+(?:adéquate?s?|adecuad[oa]s|adequad[oa]s|adeguat[ei])\b",
    re.I,
)


def claims_adequacy(text: str) -> bool:
    """Whether a cell says that a country is, or is not, adequate: a conclusion of its writer, and no evidence.

    Standard clauses, rules, consent and `adequate safeguards` are no such conclusion.
    """
    return bool(_ADEQUACY.search(_ADEQUATE_EVIDENCE.sub(" ", unicodedata.normalize("NFC", text))))
