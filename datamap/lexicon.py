"""What policies speak of, and the words they use: kinds of information, of recipients, of purposes, and rights.

A concept has a plain label, which is what a statement says when it is accepted, and a pattern of the words that mean it.
The same concepts are looked for in a policy and in the names of a map, so both can be compared without one word in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from datamap.inventory import CategoryKind, Role, name_key


@dataclass(frozen=True)
class Concept:
    """One thing that policies speak of. `broader` is the label of a wider one that includes it."""

    label: str
    pattern: re.Pattern[str]
    broader: str = ""
    kind: CategoryKind | None = None  # for information: the kind that a category of the map would have
    roles: tuple[Role, ...] = ()  # for recipients: the roles that make a recipient of the map one


def _concept(
    label: str, words: str, broader: str = "", kind: CategoryKind | None = None, roles: tuple[Role, ...] = ()
) -> Concept:
    return Concept(label, re.compile(rf"(?i)(?<![\w])(?:{words})(?![\w])"), broader, kind, roles)


class Vocabulary:
    """The concepts of one kind of thing. Texts are compared by what they speak of, each text looked at once."""

    def __init__(self, *concepts: Concept) -> None:
        self.concepts = concepts
        self._by_label = {name_key(c.label): c.label for c in concepts}
        self._broader = {c.label: c.broader for c in concepts if c.broader}
        self.labels = lru_cache(maxsize=65_536)(self._labels)
        """The labels of the concepts that a text has words of, or is the label of."""

    def __iter__(self) -> Iterator[Concept]:
        return iter(self.concepts)

    def found(self, text: str) -> tuple[tuple[Concept, re.Match[str]], ...]:
        """The concepts that a text has words of, each with its first words, in the order of the text."""
        pairs = [(concept, match) for concept in self.concepts if (match := concept.pattern.search(text))]
        return tuple(sorted(pairs, key=lambda pair: (pair[1].start(), -len(pair[1][0]), pair[0].label)))

    def _labels(self, text: str) -> frozenset[str]:
        exact = self._by_label.get(name_key(text))
        return frozenset([exact] if exact else (c.label for c in self.concepts if c.pattern.search(text)))

    def is_label(self, text: str) -> bool:
        """Whether a text is the label of a concept, whatever its case and spacing."""
        return name_key(text) in self._by_label

    def broader(self, labels: Iterable[str]) -> frozenset[str]:
        """The labels of the concepts that include some others."""
        return frozenset(self._broader[label] for label in labels if label in self._broader)

    def alike(self, one: str, other: str) -> bool:
        """Whether two texts speak of one thing: of one concept, or of one that includes the other; where either has words
        of no concept, whether one has all the words of the other."""
        first, second = self.labels(one), self.labels(other)
        if first and second:
            return bool(first & (second | self.broader(second)) or second & self.broader(first))
        few, many = sorted((stems(one), stems(other)), key=len)
        return bool(few) and few <= many


_K = CategoryKind

CATEGORIES = Vocabulary(
    _concept("name", r"(?:(?:first|last|full|given|family|sender|contact|legal|preferred|licensee)[ -])?names?(?! of)|surnames?|pseudonyms?", "identity details", _K.IDENTITY),
    _concept("contact details", r"contact (?:details|information|data|info)|(?:sur)?addressee details", "", _K.CONTACT),
    _concept("e-mail address", r"e-?mail(?: addresses| address|, phone| and phone| or phone)|e-?mail(?=,| and| or)", "contact details", _K.CONTACT),
    _concept("telephone number", r"(?:(?:tele)?phone|mobile|cell|fax)(?: phone)?(?: or \w+)? numbers?|phone(?=,| and address| or e-?mail)", "contact details", _K.CONTACT),
    _concept("postal address", r"(?:(?:postal|mailing|physical|street|home|residential|shipping|delivery|billing|post)[ -](?:or \w+ )?addresse?s?)|(?<!ip )(?<!e-mail )(?<!email )(?<!mac )(?<!web )(?<!protocol )address(?!\w| of your machine|ed|ing)", "contact details", _K.CONTACT),
    _concept("date of birth or age", r"dates? of birth|birth ?dates?|birthdays?|(?:your|user|their) age|age(?=,| and gender| range)|age group", "identity details", _K.IDENTITY),
    _concept("gender", r"gender|pronouns", "identity details", _K.IDENTITY),
    _concept("nationality or citizenship", r"nationality|citizenship|visa status|immigration status", "identity details", _K.IDENTITY),
    _concept("identity documents", r"passports?(?: numbers?| details)?|driver'?s?(?:’s)? licen[cs]es?(?: numbers?)?|(?:government|national|photo)[ -](?:issued )?(?:id|identification|identity)(?: (?:numbers?|cards?|documents?))?|identity documents?|proof of identity|evidence of (?:your )?identity", "identity details", _K.IDENTITY),
    _concept("tax or social security number", r"(?:tax(?:payer)?|ird|social security|national insurance)(?: file| identification)? numbers?|tfn|ssn|\bvat (?:id|number)s?", "", _K.IDENTITY),
    _concept("identity details", r"(?<!verify )(?<!confirm )(?<!verifying )(?<!confirming )(?:your )?identity of (?:account holders|authorised \w+|others)|identity (?:data|information)|identifying information|authorised (?:others|users|persons)", "", _K.IDENTITY),
    _concept("account details", r"(?<!bank )(?:account|registration|profile|login|log-in|subscription|licensee|user|membership)(?: and \w+)? (?:details|information|data|credentials|numbers?|form|activity)|user ?names?|user ids?|passwords?|log-?in (?:details|credentials)|details required in our registration form|security questions", "", _K.IDENTITY),
    _concept("employer or job title", r"(?:company|organi[sz]ation|business|employer)(?:/organi[sz]ation)? names?|job titles?|occupation|profession|employer(?= details)", "", _K.EMPLOYMENT),
    _concept("payment details", r"(?:payment|credit|debit)(?: and billing| or debit)?(?: card)?(?: method)? (?:details|information|data|info|numbers?)|(?:credit|debit|payment) cards?(?: (?:numbers?|details|information))?|card (?:type|numbers?|details)|digits of the card|bank(?:ing)?(?: account)? (?:details|information|numbers?|accounts?)|charge id|account and billing information", "financial information", _K.FINANCIAL),
    _concept("billing information", r"billing (?:information|details|data|records|history)|invoic(?:es?|ing) (?:details|information|history)|account and billing information|commercial and billing information", "financial information", _K.FINANCIAL),
    _concept("transactions", r"transactions?(?:[ -]ids?| history| data| details| records| information)?(?= |,|;|\.|$)(?! process)|purchase(?:s| history| records| information)|orders? (?:history|information|details)|order(?:ing)? history|products? (?:and services )?(?:you )?(?:have )?purchased", "financial information", _K.FINANCIAL),
    _concept("financial information", r"financial (?:information|details|data|records|account\w*)|income|salary|assets and liabilities", "", _K.FINANCIAL),
    _concept("credit information", r"credit (?:references?|reports?|history|rating|scores?|information|checks? results?|worthiness)", "financial information", _K.CREDIT),
    _concept("communications", r"(?:details|records?|contents?|copies|history|logs?) of (?:\w+ ){0,3}(?:communications?|correspondence|conversations?|messages|e-?mails?|calls|interactions)|communications? (?:logs?|records?|history|data|with us|we have had)|correspondence|contents? of (?:your|those|the) (?:\w+ )?(?:e-?mails?|communications?|messages)|e-?mail contents?|messages? (?:contents?|you send|metadata)|feedback|information you(?:’ve| have) (?:provided|written)", "", _K.COMMUNICATIONS),
    _concept("e-mails and other messages", r"live[- ]?chats?(?: messages)?|chat (?:messages|logs|transcripts|commands)|faxes|(?:text|instant|direct) messages|e-?mails(?=, faxes| and faxes| sent to our| you send|;|$)|e-?mail contents?|(?:contents? of|copies of) (?:your|those|the) e-?mails?", "communications", _K.COMMUNICATIONS),
    _concept("support requests and complaints", r"(?:support|service|customer|help) (?:requests?|queries|tickets?|cases?|enquir(?:y|ies))|problem reports?|(?:queries|enquiries|support requests|requests)(?:, \w+)? (?:and|or) complaints|bug reports?|customer support information|requests? (?:and|or) complaints|access and correction requests", "communications", _K.COMMUNICATIONS),
    _concept("recordings of calls and meetings", r"(?:audio |call |phone |telephone |voice |video |meeting )recordings?(?: of \w+)?|recordings? of (?:\w+[ ,]+){0,6}(?:calls|meetings|conversations|interactions|webinars)|record(?:ed|ing|s)?(?: and transcribe)? (?:\w+[ /]+){0,3}(?:calls|meetings|conversations|webinars)|calls? (?:which |that )?(?:may be |are )?recorded|recorded (?:calls|meetings|webinars)|conversations? with our staff \(which may be recorded|voicemails?", "communications", _K.COMMUNICATIONS),
    _concept("images and CCTV", r"cctv(?: footage| images?| recordings?)?|closed[- ]circuit television|(?:your |of your )?images?(?= \(|,|;|\.| on cctv| as you| of you| and|$)|photographs?|(?<!stock )photos?(?! library)|video footage|(?:profile|avatar) (?:picture|photo|image)s?|avatars?|security cameras?|(?<!web )(?<!a )film(?:ed|ing|s)?", "", _K.IMAGE),
    _concept("biometric information", r"biometrics?(?: (?:data|information|identifiers?))?|face ?prints?|facial (?:recognition|geometry)(?: data)?|finger ?prints?|voice ?prints?", "", _K.BIOMETRIC),
    _concept("genetic information", r"genetic (?:data|information)|dna", "", _K.GENETIC),
    _concept("health information", r"(?:(?:mental |physical )?health|medical|clinical)(?: \w+)? (?:information|data|records|history|conditions?|status)|health(?=,| or | and )(?! and safety| or safety|, safety|, security)|disabilit(?:y|ies)|dietary (?:requirements|needs)|vaccination\w*|allerg(?:y|ies)", "", _K.HEALTH),
    _concept("IP address", r"ip[- ]address(?:es)?|internet protocol address(?:es)?", "online identifiers", _K.ONLINE_IDENTIFIER),
    _concept("online identifiers", r"(?:device|mobile|advertising|hardware|unique|online|cookie)(?: device)? (?:ids?|identifiers?)|mobile ids|mac address(?:es)?|imei|idfa|user agents?", "", _K.ONLINE_IDENTIFIER),
    _concept("device and browser details", r"device (?:information|data|type|details|model|characteristics|settings)|(?:type|details) of (?:your )?device|operating systems?(?: and browser)?|browsers?(?:[’']s)?(?: (?:type|version|information|details|settings|name|and operating system))(?!.{0,12}\b(?:block|reject|refus|disabl))|(?:the |your )browser your (?:machine|device)|language (?:preference|settings)s?|screen (?:resolution|size)|app version|client version", "technical and usage data", _K.TECHNICAL),
    _concept("location", r"(?:geo-?|wi-?fi |gps |approximate |general |precise |physical |device |current )location(?:s| data| information)?|(?:your |the |user )location(?: data| information)?|location (?:data|information)|geolocation|origin country|country of origin|(?:country|postcode|postal code|zip code|city)(?=,| and| or)(?! regulations)", "", _K.LOCATION),
    _concept("cookies and similar data", r"cookies?(?: data| identifiers?)?|web beacons?|tracking pixels?|pixel tags?|local storage|usage monitoring software|tracking technolog(?:y|ies)", "technical and usage data", _K.ONLINE_IDENTIFIER),
    _concept("pages viewed", r"(?:web ?)?pages?(?:,? (?:or|and) screens?)? (?:you (?:have )?)?(?:view(?:ed)?|visit(?:ed)?)|pages you (?:view|visit)|which (?:web )?pages|webpage usage|links? (?:you )?(?:have )?clicked|click-?stream(?: data)?|referr(?:ing|er) (?:urls?|sites?|web ?sites?|pages?)|(?:browsing|search) (?:history|activity|behaviou?r)|page[- ]views|referred you", "technical and usage data", _K.BEHAVIOUR),
    _concept("visit times", r"(?:date|time)s? (?:and|or) (?:date|time)s?(?: (?:of (?:access|(?:your )?visits?)|you (?:are )?(?:visit\w*|access\w*)))?|visit times|time spent|duration of visits?|time stamps?|timestamps?", "technical and usage data", _K.BEHAVIOUR),
    _concept("technical and usage data", r"(?:technical|usage|traffic|diagnostic|analytics|log|performance|telemetry|internet)(?: and usage)? (?:data|information|logs)|(?:site|service|website|product|app|device)(?:,| and \w+,?)? usage(?: data| information)?|product usage|usage information|communication logs|server logs|access logs|error logs|program logs|crash reports?|activity (?:logs|data)|visits to our (?:web)?sites?|how you (?:use|interact with) (?:our|the)|use of (?:our|the) (?:web)?(?:sites?|services)(?= and| to|\.)(?<!by use)", "", _K.BEHAVIOUR),
    _concept("preferences", r"(?:marketing|communication|contact|stated|user|your|product|newsletter) preferences|preferences(?= and interests)|interests(?=,| and preferences)|opt-?outs? status|unsubscribe(?:d)? status", "", _K.OTHER),
    _concept("survey, competition and promotion entries", r"surveys?(?: \w+)?(?=,| and| or|\.|;| responses?| answers?|$)|competitions?|contests?|prize draws?|sweepstakes|(?:promotion|competition|survey)(?: and \w+)? entries", "", _K.OTHER),
    _concept("subscriptions", r"(?:subscription|newsletter|mailing list) (?:details|data|sign-?ups?)|subscri(?:be|bed|ptions?) to (?:\w+ ){0,4}newsletters?|mailing lists?", "contact details", _K.CONTACT),
    _concept("job applications", r"(?:job |employment )?applications? for (?:employment|work|a job|\w+ or contract\w*)|job applica(?:tions?|nts?)|employment applications?|application for employment|recruitment (?:process\w*|information|files?)|curricul(?:um|a) vitae|cvs?|résumés?|resumes?|references? from (?:former |previous )?employers|qualifications|(?:work|employment|education)(?:al)? (?:history|background)", "employment information", _K.EMPLOYMENT),
    _concept("pre-employment checks", r"pre-?employment checks?(?: results?)?|background checks?|reference checks?|vetting", "employment information", _K.EMPLOYMENT),
    _concept("employment information", r"employment (?:information|records|details|data|status)|employee records|payroll|performance reviews?|human resources data", "", _K.EMPLOYMENT),
    _concept("education information", r"education(?:al)? (?:information|records|data|details)|academic records", "", _K.OTHER),
    _concept("content people upload", r"(?:customer|user|your)(?:-uploaded| generated)? content(?!s? of)|content (?:that )?(?:you|customers|users) (?:provide|upload|create|submit|post|store|receive)|data uploaded|information (?:that )?you upload|files (?:and \w+ )?you upload|uploads?(?= to our)|repositories|code, files|attachments|customer content", "", _K.OTHER),
    _concept("posts and comments", r"(?:blog|forum|social[- ]media)(?: and social-media)? posts?|posts (?:on|to) (?:our )?(?:\w+ ){0,3}(?:blogs?|forums?|sites?|pages?)|comments(?= and| or|,)|reviews you (?:write|post)|posts (?:and|or) comments", "communications", _K.COMMUNICATIONS),
    _concept("social media details", r"social[- ](?:media|network\w*)(?: \w+)? (?:handles?|profiles?|accounts?|information|data|details|ids?|listening data)", "", _K.OTHER),
    _concept("demographic information", r"demographics?(?: (?:information|data|analysis))?|marital status|household", "", _K.OTHER),
    _concept("ethnicity or race", r"(?:racial|race|ethnic|ethnicity)(?: or ethnic| or racial)?(?: origins?)?", "sensitive information", _K.ETHNICITY),
    _concept("religious or political beliefs", r"religio(?:n|us)(?: \w+)?(?: beliefs?| information)?|political (?:opinions?|affiliations?|beliefs?|views)|philosophical beliefs?|trade[- ]union membership", "sensitive information", _K.BELIEFS),
    _concept("sexuality", r"sexual (?:orientation|preferences?|life)|sex life", "sensitive information", _K.SEXUALITY),
    _concept("criminal records", r"criminal (?:records?|convictions?|history|offen[cs]es?)|police checks?", "sensitive information", _K.CRIMINAL),
    _concept("sensitive information", r"sensitive (?:personal )?(?:information|data)|special categor(?:y|ies)(?: of (?:personal )?data)?", "", None),
    _concept("information about children", r"(?:information|data) (?:about|from|of) (?:\w+ )?(?:children|minors|persons under|anyone under|individuals under)|children[’']s (?:personal )?(?:information|data)|(?:information|data) of children|children under (?:the age of )?\d+", "", _K.CHILDREN),
    _concept("client users and systems", r"details of users, computers|(?:computers|servers)(?:, \w+)?(?:,)? (?:and|or) (?:network|servers|computers)\w*(?: infrastructure| details)?|network infrastructure|(?:client|customer)(?:s[’'])?(?: \w+){0,2} (?:users?|computers?|networks?)(?: \w+){0,3}(?: details)?", "", _K.TECHNICAL),
    _concept("inferences", r"inferences?(?: or insights)?|insights generated|profiles? (?:we )?(?:build|create)", "", _K.BEHAVIOUR),
    _concept("contacts and calendars", r"(?:address book|your contacts|contact lists?|calendars?)(?=,| and|;|\.)", "", _K.CONTACT),
    _concept("campaign information", r"(?:client )?campaign (?:information|data|content)|(?:information|data) (?:we )?gather(?:ed)? on behalf of (?:our )?(?:clients|customers)|subscriber and customer data|event data", "", _K.OTHER),
)  # fmt: skip

ANYBODY = "recipients"
"""What a statement of a place is about that is about everybody who receives information."""

_SERVICE = "service providers"

RECIPIENTS = Vocabulary(
    _concept(_SERVICE, r"(?:third[- ]party |professional |authorised |our |other |trusted )?(?:service providers?|providers? of services|sub-?contractors?|contractors?|(?:sub-?)?processors?|suppliers?|(?<!their )agents(?! of)|outsourc\w+ \w+)|third part(?:y|ies) (?:\w+ ){0,4}contracted(?: to us)?|third part(?:y|ies) (?:\w+ ){0,3}(?:perform\w*|provid\w*|suppl\w*) (?:\w+ ){0,3}services|(?:business|compan|organi[sz]ation|third part|provider)(?:y|ies|es|s)? that (?:supports?|help\w*|assists?) (?:us|our|with)|third[- ]party providers?|vendors?", "", roles=(Role.AGENT,)),
    _concept("hosting and cloud providers", r"(?:cloud|hosting|host|data cent(?:re|er)|infrastructure|storage|server)(?:[- ](?:based|storage|service|services|and storage|or hosting|computing))* (?:providers?|services|hosts?|suppliers?|operators?|platforms?|companies)|cloud hosts?|hosts? or maintains?|who hosts? our|(?:hosting|infrastructure)(?=,| and| or)(?! of)|storage and processing providers?|third[- ]party storage", _SERVICE),
    _concept("payment providers", r"payment(?: \w+)?(?: |-)(?:providers?|processors?|gateways?|suppliers?|services?|solutions? \w+|solution suppliers|processing)(?! for)|payment recovery|card (?:processors?|issuers?|schemes?)|payment platforms?|(?<!other )acquirers?", _SERVICE),
    _concept("analytics providers", r"(?:web |website |site )?analytics(?: \w+)? (?:providers?|services?|partners?|companies|tools?)|(?:google|adobe|matomo|piwik)[ -]analytics|analytics(?=,)|measurement (?:providers?|partners?)", _SERVICE),
    _concept("advertisers and marketing partners", r"advertisers?|advertising(?:,? (?:and|or) \w+)? (?:partners?|networks?|companies|agenc(?:y|ies)|providers?|platforms?)|(?:analytics|marketing), advertising,|ad[- ](?:networks?|compan(?:y|ies)|partners?)|marketing (?:partners?|agenc(?:y|ies)|providers?|companies|platforms?|services?)|data brokers?", ""),
    _concept("e-mail and messaging providers", r"(?:e-?mail|messaging|sms|communications?|mail)(?:[- ]service| delivery)? (?:service )?providers?|mail(?:ing)? houses?", _SERVICE),
    _concept("support and IT providers", r"(?:it|customer support|support|help ?desk|maintenance|it system)(?: \w+)? (?:providers?|suppliers?|contractors?|services providers?)|logging(?=,)", _SERVICE),
    _concept("security and fraud-prevention providers", r"(?:fraud|security|anti-?spam|abuse)(?:[ -](?:prevention|detection|and \w+))*,? (?:providers?|services?|agenc(?:y|ies)|tools|companies)|(?:fraud and abuse|anti-?fraud) tools", _SERVICE),
    _concept("identity-verification providers", r"(?:identity|id)[ -](?:verification|checking)(?: \w+)? ?(?:providers?|services?|agenc(?:y|ies))", _SERVICE),
    _concept("delivery providers", r"(?:delivery|shipping|courier|postal|logistics|fulfil?ment)(?: \w+)? (?:providers?|companies|partners?|services?)|couriers?", _SERVICE),
    _concept("professional advisers", r"(?:legal|financial|professional|tax|accounting)[\w, ]{0,40}?advis[eo]rs?|advis[eo]rs|lawyers?|solicitors?|attorneys?|accountants?|auditors?|legal counsel|consultants?|professional services? \w+", ""),
    _concept("related companies", r"related compan(?:y|ies)|affiliat(?:es?|ed)(?: compan(?:y|ies)| entit(?:y|ies))?|subsidiar(?:y|ies)|parent compan(?:y|ies)|group (?:compan(?:y|ies)|entit(?:y|ies)|members?)|(?:compan(?:y|ies)|entit(?:y|ies)|members?) (?:with)?in our (?:\w+ )?group|related (?:bodies corporate|entit(?:y|ies))|corporate group|sister compan(?:y|ies)", "", roles=(Role.RELATED_COMPANY,)),
    _concept("employees", r"(?:our |its |authori[sz]ed )(?:employees|staff|personnel|team members|workers)", ""),
    _concept("authorities and courts", r"law[- ]enforcement(?: \w+)?|government(?:al)?(?: \w+)? (?:agenc(?:y|ies)|authorit(?:y|ies)|bod(?:y|ies)|departments?|entit(?:y|ies))|government authorities|public (?:authorit(?:y|ies)|bod(?:y|ies))|regulat(?:ors?|ory (?:authorit(?:y|ies)|bod(?:y|ies)|agenc(?:y|ies)))|(?:the |appropriate |competent |relevant |tax |supervisory )authorit(?:y|ies)|courts?(?! orders?)|tribunals?|police|(?:bodies|anyone|persons?|parties|third parties|those)(?: \w+){0,10}? (?:required|requires|require|compelled|obliged)(?: \w+){0,6} (?:law|disclosure|information)|required (?:to do so )?by law|bodies the law requires disclosure to|where the law requires", "", roles=(Role.PUBLIC_AUTHORITY,)),
    _concept("persons told to prevent a threat", r"(?:prevent|lessen|avoid|reduce|protect (?:\w+ )?(?:from|against))(?: or \w+)?(?: an?| any)?(?: serious| imminent)? (?:threats?|harm|danger)(?: to)?|persons? told to prevent a threat|emergency services|health, security or safety", ""),
    _concept("credit reporters", r"credit(?:[ -](?:reporting|reference|check\w*|rating))+ ?(?:agenc(?:y|ies)|compan(?:y|ies)|bod(?:y|ies)|bureaus?|providers?)|credit (?:reporters?|bureaus?|agenc(?:y|ies))", ""),
    _concept("debt collectors", r"debt[ -](?:collect\w+|recovery)(?: \w+)?|collection(?:s)? agenc(?:y|ies)|(?<=, )collection(?=,)", ""),
    _concept("insurers", r"insurers?|insurance (?:compan(?:y|ies)|providers?|brokers?)|underwriters?", ""),
    _concept("banks and financial institutions", r"banks?(?! account| wire| details| information| transfer)|financial institutions?", ""),
    _concept("buyers of the business", r"(?:buyers?|purchasers?|acquirers?|acquir(?:ed|ing)|successors?)(?=,| or| of| in|;| by)(?! an item)|merg(?:er|es|ed)(?:,| with| and| or)|(?:sale|transfer) of (?:\w+ ){0,3}(?:assets|business)|acquisition(?=,| or|\.)|counterpart(?:y|ies)|transaction counterparties|business transfers?", ""),
    _concept("social-media platforms", r"social[- ](?:media|network\w*)(?: \w+)? ?(?:platforms?|companies|providers?|networks?|sites?|pages?|partners?)|social networks?|blogs and social media", ""),
    _concept("resellers and distributors", r"(?:authorised |authorized )?resellers?|distributors?|channel partners?|dealers?|franchisees?", ""),
    _concept("business partners", r"(?:business|integration|joint marketing|commercial|strategic|technology|third[- ]party)(?: or \w+)? partners?|(?:our|their) partners|partners(?= and| or|,|\.|$)|google'?s? partners|google’s partners", ""),
    _concept("researchers", r"research(?:ers|(?: \w+)? (?:institutions?|organi[sz]ations?|compan(?:y|ies)|partners?|bodies))", ""),
    _concept("other users and the public", r"other users(?: of)?|(?:to|with) the public|the general public|publicly (?:visible|displayed|accessible)|visible to other", ""),
    _concept("clients", r"(?:our |the )?clients?(?: \([^()]*\))?(?= for|,|;|\.| on| and|$)|customers? (?:for|on) whose behalf|principals?|your (?:employer|organi[sz]ation|company)(?= and|,|\.| or| may)", "", roles=(Role.PRINCIPAL,)),
    _concept("others with the person’s authorisation", r"authori[sz](?:ed|ation)(?: \w+){0,4} (?:by )?you|(?:with|without|have|on) your (?:\w+ )?(?:consent|authori[sz]ation|permission|direction)|at your direction|you (?:have )?(?:authori[sz]e|consent|direct)|authori[sz]ation has been given by you|parties you choose|you choose to connect", ""),
    _concept("anybody the law permits", r"(?:authori[sz]ed|permitted|allowed) (?:or required )?(?:by|under) (?:the |an?other |applicable |any )?(?:act|law|privacy act)|exceptions? contained in the (?:privacy )?act", ""),
    _concept("employers and referees", r"referees?|(?:former|previous|prospective|future) employers?|recruitment agenc(?:y|ies)", ""),
    _concept("health providers", r"health(?:care)? (?:providers?|professionals?|practitioners?)|hospitals?|doctors?|general practitioners?", ""),
    _concept("unions and associations", r"trade unions?|industry (?:bodies|associations?)", ""),
    _concept("third-party integrations", r"third[- ]party (?:integrations?|applications?|apps?|services? (?:that )?you)|integrat(?:e|ion|ions)(?: \w+){0,3} (?:you|enabled)|third[- ]party services", ""),
)  # fmt: skip

PURPOSES = Vocabulary(
    _concept("services", r"(?:provid|deliver|supply|supplies|operat|perform|maintain|furnish)\w*(?: (?:you|to you|with|the|our|and|right|of|contracted|allow you to access and use|operate|maintain|secure|support|services|requested|,))*(?: \w+){0,3} services?|access to the services|access and use|services you(?:’ve| have)? (?:contracted|requested|subscribed)|delivery of (?:\w+ )?services|supply of (?:\w+ )?services|service delivery|services on behalf|work done for clients|fulfil\w* (?:\w+ )?orders?"),
    _concept("support", r"(?:customer |technical |general |provide )?support(?: requests?| enquir(?:y|ies)| to customers)?(?= |,|;|\.|$)(?! (?:the|those|our|marketing|for)\b)|(?:answer|respond|deal|handl|reply|resolv|follow)\w*(?: \w+){0,4} (?:questions?|requests?|queries|enquir(?:y|ies)|inquir(?:y|ies)|complaints?|problems?|communications|concerns)|customer service|follow-up of queries"),
    _concept("accounts", r"(?:administ|manag|creat|maintain|access|operat)\w*(?: \w+){0,3} accounts?|account (?:administration|management|access|viewing)|manag\w+ (?:our|the|your) relationship|customer relations|log(?:ged)? in|sign(?:ed|ing) in"),
    _concept("billing and payments", r"bill(?:ing)?(?: you)?(?= |,|;|\.|\)|$)(?! (?:address|information|of rights))|process\w*(?: \w+){0,4} (?:payments?|transactions?|orders?|purchases?)|collect\w* (?:\w+ ){0,2}(?:money|amounts|debts?|payments?)|payments?(?= processing| handling|$)|payment processing|(?:pay out )?refunds?|invoic\w+|accounting(?: purposes)?|transaction handling|handle the payment"),
    _concept("credit checks", r"credit (?:checks?|assessments?|worthiness|decisions)"),
    _concept("identity checks", r"(?:verif|confirm|check|establish)\w*(?: \w+){0,3} identit(?:y|ies)|identity (?:verification|confirmation|checks?)|authenticat\w+"),
    _concept("marketing", r"market(?:ing)?(?: and promot\w+)?(?= |,|;|\.|$)(?! research| (?:properties|conditions|share))|promot\w+(?: \w+){0,4} (?:products?|services?|offers?|material|benefits)|promotions?(?= of|,| or| and|$)|promotional|special offers|newsletters?|direct mail|inform\w*(?: \w+){0,4} (?:products|services|promotions)|information to you about our products|sell\w* services|events we think|tailored? offers|contacting you regarding our products"),
    _concept("advertising", r"advertis\w*(?! standards)|ads\b|interest-based|targeted (?:content|ads)|serving of advert\w+"),
    _concept("analytics", r"analytic\w*|analys(?:e|is|ing)(?: \w+){0,3} (?:traffic|use|usage|patterns?|trends?|information)|measur\w+(?: \w+){0,5}|website traffic|(?:page|webpage|site)[- ]us(?:e|age)|access patterns|statistic\w*(?: \w+)?(?: analysis| purposes)?|understand (?:how|website|the|user)(?: \w+){0,4}|monitor (?:your )?use|usage (?:trends|patterns)|traffic and page-use measurement"),
    _concept("improvement and development", r"(?:improv|develop|enhanc|evaluat|test|better)\w*(?: \w+){0,6} (?:products?|services?|website|site|pages?|business|customer service|experience|features?|apps?|we do business)|product development(?: and evaluation)?|research and development|new (?:or better )?products|quality (?:assurance|control)|improvement of|better (?:website|customer)"),
    _concept("research", r"(?:market|product|user|customer|conduct)(?: and product)? research|research and statistical|surveys(?= and research)|research(?= purposes)"),
    _concept("personalisation", r"personali[sz]\w+|customi[sz]\w+|tailor\w*|recommend\w+|remember (?:your )?(?:preferences|settings)|site features|keep you signed in|staying signed in|remain logged in|settings"),
    _concept("notices", r"(?:send|communicat|provid|notify|contact)\w*(?: \w+){0,5} (?:notices?|notifications?|updates?|essential information|policy changes|service messages|alerts|important information)|essential (?:notices|information)|warn\w* you|cyber[- ]security (?:issues|warnings)|service updates|security alerts"),
    _concept("communication", r"communicat\w+ with you|contact(?:ing)? you(?! regarding our products)|respond to communications|keep in touch|(?:send|route|process)\w*(?: \w+){0,6} communications"),
    _concept("legal duties", r"(?:compl(?:y|ying|iance)|meet|fulfil|satisf|required|carry out|carrying out)\w*(?: \w+){0,9} (?:laws?|legal|statut\w+|regulat\w+|obligations?|industry rules)|legal (?:and regulatory )?(?:obligations?|dut(?:y|ies)|requirements?|process)|required by law|regulatory (?:requirements|dut(?:y|ies)|obligations)|(?:statutory|industry)(?: and industry)? dut(?:y|ies)|lawful requests"),
    _concept("legal rights and claims", r"(?:enforc|protect|defend|establish|exercis|resolv)\w*(?: \w+){0,6} (?:rights?|claims?|contracts?|agreements?|terms|disputes|legal interests|interests)|enforcement of (?:\w+ )?contracts?|legal claims|disputes?"),
    _concept("safety and security", r"(?:safety|security)(?= and| purposes|,|;|\.|$| of)|(?:secur|protect)\w*(?: \w+){0,4} (?:services?|systems?|network|property|safety|users?|platform|premises|website|bento|infrastructure)|(?:detect|prevent|investigat|mitigat)\w*(?: \w+){0,4} (?:fraud|abuse|spam|crime|incidents?|unlawful|misuse|security)|fraud (?:prevention|detection)|spam|abuse prevention"),
    _concept("recruitment", r"recruit\w*|consider(?:ing)? employing|job applications?|pre-?employment checks?|hiring|assess (?:your )?(?:suitability|application)"),
    _concept("employment", r"(?:requirements|dut(?:y|ies)|obligations) as (?:your |an )?employer|employment (?:relationship|administration)|payroll|personnel administration"),
    _concept("training and quality", r"(?:staff |operational and |and |for )?training(?: purposes)?|operational(?: and training)? purposes|call-centre operations|quality (?:purposes|monitoring)|coaching|accurate record|record of (?:your |calls)"),
    _concept("administration", r"administrati(?:on|ve)|business functions|internal (?:purposes|operations)|business operations|record[- ]keeping|manag\w+ our business"),
    _concept("surveys and competitions", r"(?:run|conduct|administer|participat)\w*(?: \w+){0,3} (?:surveys?|competitions?|contests?|promotions?|prize draws?|events)"),
    _concept("business sale", r"(?:merger|acquisition|sale of (?:our )?business|reorgani[sz]ation)"),
    _concept("other announced purposes", r"(?:any |such )?other purposes?(?: \w+){0,8}|purposes? (?:told|made known|notified|disclosed|announced)(?: \w+)*|(?:authori[sz]ed|permitted|consented)(?: \w+){0,3} (?:by|to by) you"),
    _concept("requests and complaints", r"(?:access|correction)(?: and correction)? requests|privacy requests|handling of (?:\w+ )*(?:requests|complaints)"),
    _concept("debugging", r"debug\w*|troubleshoot\w*|diagnos\w+|fix(?:ing)? (?:bugs|problems)"),
    _concept("backup", r"back-?ups?|disaster recovery|archiv\w+"),
)  # fmt: skip

RIGHTS = Vocabulary(
    _concept("access", r"(?:request |have |obtain |right (?:of|to) |rights? to |get |given |you with |entitled to (?:request )?|request for |require |to )(?:an? |your |their )?(?:access|inspection|copy|copies|inspect|see)(?: (?:to|of) (?:all |any |the |your )?)?|right to know|access(?:,| or| and) (?:correct|rectif|updat|delet|edit)\w*|access the personal|exercise .{0,20}access|accessing (?:and correcting )?your"),
    _concept("correction", r"correct(?:ion|ions|ed|ing)?(?= |,|\.|;|/|$)(?! (?:or|use of)\b(?= accurate))|rectif(?:y|ication)|update or correct|amend(?:ment)?(?: of)? your"),
    _concept("statement of correction", r"statement of (?:the )?correction|note on the personal information|statement of correction sought"),
    _concept("deletion", r"(?:delet(?:e|ion)|eras(?:e|ed|ure)|removal|to be forgotten)"),
    _concept("restriction", r"restrict(?:ion)?(?= |,|\.|;)(?:(?: of| the)? (?:processing|use))?(?<!not restrict)"),
    _concept("objection", r"(?:right to )?object(?:ion)?(?= |,|\.|;)(?! of)|object to"),
    _concept("portability", r"portab(?:le|ility)|machine[- ]readable|transfer (?:your data )?to another (?:controller|provider)"),
    _concept("withdrawal of consent", r"withdraw(?:al|ing)?(?: of)? (?:your |the |that )?consent|withdraw it"),
    _concept("no automated decisions", r"(?:automated|solely automated) (?:decision|processing|individual)[\w-]*|profiling"),
    _concept("no discrimination", r"(?:non-?discriminat\w+|not (?:be )?discriminat\w+|discriminate against)"),
    _concept("opting out of sale", r"opt[- ]?out of (?:the |such )?(?:sales?|sharing|targeted|disclosures)|do not sell or share|right to opt[- ]out"),
    _concept("unsubscribing", r"unsubscri\w+|opt[- ]?out (?:of|from) (?:\w+ ){0,4}(?:marketing|e-?mails?|receipt|messages|communications|newsletters?|further)|stop receiving"),
    _concept("refusing cookies", r"(?:disabl\w*|block\w*|reject\w*|refus\w*|remov\w*|not accept\w*|declin\w*)(?: \w+){0,6} cookies?|cookies? (?:can|may) be (?:refused|blocked|disabled)"),
    _concept("complaint to the authority", r"complain\w*[^.;]{0,110} (?:commissioner|authority|regulator|ombudsman|\bico\b|cnil|oaic|datainspektionen|imy)|(?:refer|raise|lodge|contact|escalate)(?: \w+){0,8} (?:privacy commissioner|data protection authority|supervisory authority|information commissioner|regulator)"),
    _concept("complaint", r"complain(?:t|ts|ing)?(?! (?:about our services|handling procedure))"),
    _concept("appeal", r"appeal(?: a| our| the)? (?:decision|refusal)|right to appeal"),
    _concept("check of identity", r"(?:check|verify|confirm|evidence|proof)(?: \w+){0,6} (?:identity|who you are|that you are)"),
)  # fmt: skip


def kinds() -> tuple[str, ...]:
    """The labels of all kinds of information and of recipients, and what everybody who receives information is called."""
    return (*(c.label for c in CATEGORIES), *(c.label for c in RECIPIENTS), ANYBODY)


# How people of a place are called where the place is meant: "our Australian locations". ISO alpha-2.
_OF_PLACES = {
    "American": "US", "Argentine": "AR", "Argentinian": "AR", "Australian": "AU", "Austrian": "AT", "Belgian": "BE", "Brazilian": "BR",
    "British": "GB", "Bulgarian": "BG", "Canadian": "CA", "Chilean": "CL", "Chinese": "CN", "Croatian": "HR", "Czech": "CZ",
    "Danish": "DK", "Dutch": "NL", "Estonian": "EE", "Fijian": "FJ", "Filipino": "PH", "Finnish": "FI", "French": "FR",
    "German": "DE", "Greek": "GR", "Hungarian": "HU", "Icelandic": "IS", "Indian": "IN", "Indonesian": "ID", "Irish": "IE",
    "Israeli": "IL", "Italian": "IT", "Japanese": "JP", "Kenyan": "KE", "Korean": "KR", "Latvian": "LV", "Lithuanian": "LT",
    "Malaysian": "MY", "Mexican": "MX", "New Zealander": "NZ", "Nigerian": "NG", "Norwegian": "NO", "Philippine": "PH",
    "Polish": "PL", "Portuguese": "PT", "Romanian": "RO", "Russian": "RU", "Samoan": "WS", "Singaporean": "SG", "Slovak": "SK",
    "South African": "ZA", "Spanish": "ES", "Swedish": "SE", "Swiss": "CH", "Thai": "TH", "Turkish": "TR", "Ukrainian": "UA",
    "Vietnamese": "VN",
}  # fmt: skip
_OF_A_PLACE = re.compile(rf"\b({'|'.join(_OF_PLACES)})s?\b(?! (?:English|Express|Samoa))")


def places_of(text: str) -> tuple[str, ...]:
    """The countries (ISO alpha-2) that a text names by what belongs to them, such as `Australian`."""
    return tuple(dict.fromkeys(_OF_PLACES[match[1]] for match in _OF_A_PLACE.finditer(text)))


_PLAIN = frozenset(
    [
        "a",
        "about",
        "all",
        "also",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "before",
        "but",
        "by",
        "can",
        "data",
        "details",
        "do",
        "each",
        "etc",
        "for",
        "from",
        "general",
        "has",
        "have",
        "how",
        "if",
        "in",
        "information",
        "into",
        "is",
        "it",
        "its",
        "kinds",
        "may",
        "more",
        "most",
        "my",
        "new",
        "no",
        "not",
        "of",
        "on",
        "one",
        "or",
        "other",
        "others",
        "our",
        "out",
        "own",
        "per",
        "personal",
        "purpose",
        "purposes",
        "record",
        "records",
        "similar",
        "so",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "these",
        "they",
        "this",
        "those",
        "to",
        "type",
        "up",
        "use",
        "used",
        "uses",
        "using",
        "via",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "will",
        "with",
        "you",
        "your",
    ]
)


@cache
def stems(text: str) -> frozenset[str]:
    """The words of a text that carry meaning, cut to what their forms have in common."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return frozenset(_stem(w) for w in words if w not in _PLAIN and len(w) > 2)


def _stem(word: str) -> str:
    for ending in ("isations", "izations", "isation", "ization", "ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "ers", "ors", "ed", "es", "er", "or", "s", "y"):  # fmt: skip
        if word.endswith(ending) and len(word) - len(ending) > 3:
            return word[: -len(ending)]
    return word
