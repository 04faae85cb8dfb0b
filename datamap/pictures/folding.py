"""Which boxes and lines stand for a selection: what is folded together so that it can be read, and what was opened again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from hashlib import blake2s
from sys import maxsize
from typing import NamedTuple

from datamap.assessment import Assessment
from datamap.graph import ASSESSED, MappedFlow, Node, NodeKind
from datamap.inventory import Fact, Organisation, Place, items, name_key
from datamap.pictures.engine import plain
from datamap.places import place_heading, place_name
from datamap.transfers import WORST_FIRST, Outcome
from datamap.views import STYLE, UNASSESSED, OutcomeStyle, Selection, View, legs_of, once

READABLE_LINES, READABLE_BOXES = 80, 60
"""Above so many lines or boxes a picture is folded: `benchmarks/picture.py` shows how large text is on the screen then."""
MOST_LINES = 300
"""The most lines that are drawn when somebody asks for nothing to be folded."""
OPENED_AT_ONCE = 12
"""So many members of a group get boxes of their own each time that it is opened, the worst first."""
MOST_UNBUNDLED = 40


class Fold(StrEnum):
    """What somebody asked to be folded. Above the readable size more is folded than was asked, and the picture says so."""

    NOTHING = "nothing"
    RECIPIENT = "recipient"
    COUNTRY = "country"
    CATEGORY = "category"
    OUTCOME = "outcome"


FOLD_WORDS: Mapping[Fold, str] = {
    Fold.NOTHING: "Nothing folded",
    Fold.RECIPIENT: "By recipient",
    Fold.COUNTRY: "By country",
    Fold.CATEGORY: "By category",
    Fold.OUTCOME: "By outcome",
}


class _Lines(IntEnum):
    EACH = 0
    BUNDLED = 1  # parallel flows of one outcome are one line
    JOINED = 2  # all parallel flows are one line, which looks as the worst of them


class _Level(NamedTuple):
    left: str  # "", "organisation" or "category"
    right: str  # "", "country" or "outcome"
    lines: _Lines
    few: int = 0  # no more organisations, categories and countries than these, the worst; the others together


_FINEST = _Level("", "", _Lines.EACH)
_COARSEST = tuple(_Level("organisation", "country", _Lines.JOINED, few) for few in (0, 12, 8, 5))
_BOTH = _Level("organisation", "country", _Lines.BUNDLED)
_LADDERS: Mapping[Fold | None, tuple[_Level, ...]] = {
    None: (
        _FINEST,
        _Level("", "", _Lines.BUNDLED),
        _Level("", "country", _Lines.BUNDLED),
        _Level("organisation", "", _Lines.BUNDLED),
        _BOTH,
        *_COARSEST,
    ),
    Fold.RECIPIENT: (_Level("organisation", "", _Lines.BUNDLED), _BOTH, *_COARSEST),
    Fold.COUNTRY: (_Level("", "country", _Lines.BUNDLED), _BOTH, *_COARSEST),
    Fold.CATEGORY: (
        _Level("category", "", _Lines.BUNDLED),
        _Level("category", "country", _Lines.BUNDLED),
        *(_Level("category", "country", _Lines.JOINED, few) for few in (0, 12, 8, 5)),
    ),
    Fold.OUTCOME: (
        _Level("", "outcome", _Lines.BUNDLED),
        _Level("organisation", "outcome", _Lines.BUNDLED),
        *(_Level("organisation", "outcome", _Lines.JOINED, few) for few in (0, 12, 5)),
    ),
}

_COUNTED = {
    NodeKind.INDIVIDUALS: ("kind of individuals", "kinds of individuals"),
    NodeKind.SOURCE: ("source", "sources"),
    NodeKind.SYSTEM: ("system", "systems"),
    NodeKind.RECIPIENT: ("recipient", "recipients"),
    NodeKind.OWN_SITE: ("own site", "own sites"),
    NodeKind.UNDECLARED: ("name not on any sheet", "names not on any sheet"),
}
_NOT_STATED, _NOT_ASSESSED = "not stated", "Not assessed"
_COUNTRY_NOT_STATED = "Country not stated"
SEVERAL_COUNTRIES = "Several countries"


@dataclass(frozen=True)
class Box:
    """One drawn box. `frame` is the heading it stands under, or empty; `column` is 0 for where information comes from,
    1 for the organisation's own, 2 for whom it goes to. `opens` is the name by which it is opened, when there is
    anything in it to open."""

    id: str
    kind: NodeKind
    name: str
    small: str
    frame: str
    column: int
    nodes: tuple[Node, ...]
    text: str
    opens: str = ""
    category: bool = False
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Line:
    """One drawn line. `outcome` is the worst of its flows', None when none has answers. `opens` is the name by which
    its flows get lines of their own, when it has several."""

    id: str
    tail: str
    head: str
    outcome: Outcome | None
    worst: int
    flows: tuple[MappedFlow, ...]
    opens: str = ""

    @property
    def moved_inside(self) -> bool:
        return self.outcome is None and not any(f.movement in ASSESSED for f in self.flows)

    @property
    def style(self) -> OutcomeStyle:
        return STYLE[self.outcome] if self.outcome else UNASSESSED


@dataclass
class Plan:
    """Which boxes and lines stand for a selection. `says` tells what is folded, empty when nothing is.

    `by_itself` is whether more was folded than was asked for, `readable` whether what came of it can be read.
    """

    selection: Selection
    says: str
    by_itself: bool
    readable: bool
    boxes: Mapping[str, Box]
    lines: Sequence[Line]


def plan(selection: Selection, fold: Fold | None = None, opened: Sequence[str] = ()) -> Plan:
    """The boxes and lines for a selection: the finest of those the fold allows that can be read.

    `opened` are names of groups and lines (`Box.opens`, `Line.opens`) to draw member by member; a group named twice is
    opened twice as far. Names that stand for nothing are passed over.
    """
    ladder = _LADDERS.get(fold, ())
    if fold is Fold.NOTHING:
        ladder = (_FINEST,) if len(selection.flows) <= MOST_LINES else _LADDERS[None][1:]
    everything = fold is Fold.NOTHING and ladder[0] is _FINEST
    limits = (MOST_LINES, MOST_LINES) if everything else (READABLE_LINES, READABLE_BOXES)
    drawing, rankings = None, _Rankings()
    for level in ladder:
        drawing = _Drawing(selection, level, (), rankings)
        if drawing.fits(*limits):
            break
    else:
        drawing = None
    if drawing is None or opened:
        drawing = _Drawing(selection, level, opened, rankings)
        drawing.fits(maxsize, maxsize)
    lines, boxes = drawing.lines(), drawing.boxes()
    by_itself = level != (_FINEST if fold is Fold.NOTHING else ladder[0])
    readable = len(lines) <= READABLE_LINES and len(boxes) <= READABLE_BOXES
    return Plan(selection, _says(level), by_itself, readable, boxes, lines)


def _says(level: _Level) -> str:
    said = []
    if level.left == "organisation":
        said.append("systems are shown by organisation, and individuals and sources together")
    if level.left == "category":
        said.append("systems are shown by the information categories that leave them, each flow once for each")
    if level.right == "country":
        said.append("recipients are shown by country")
    if level.right == "outcome":
        said.append("recipients are shown by outcome")
    if level.few:
        said.append(f"of many, the {level.few} with the worst flows have boxes of their own")
    if level.lines is _Lines.BUNDLED:
        said.append("flows between the same two ends with the same outcome are one line")
    if level.lines is _Lines.JOINED:
        said.append("all flows between the same two ends are one line, drawn as the worst of them")
    return "; ".join(said)


class _Known(NamedTuple):
    """What is the same for every picture of an assessment."""

    nodes: Mapping[str, Node]  # by id, in the order of the ids
    frames: Mapping[str, tuple[int, str]]  # by id of the node: its column, and the heading it stands under
    number: Mapping[str, int]  # of each node
    position: Mapping[str, int]  # of each flow
    ends: Mapping[str, tuple[str, str]]  # of each flow: the ids of its nodes
    every: Mapping[str, int]  # how many flows each node has, whatever is hidden


@once
def _known(assessment: Assessment) -> _Known:
    nodes = {node.id: node for node in sorted(assessment.map.nodes, key=lambda node: node.id)}
    reached: dict[str, list[MappedFlow]] = defaultdict(list)
    every: Counter[str] = Counter()
    position, ends = {}, {}
    for n, flow in enumerate(assessment.map.flows, 1):
        position[flow.id] = n
        ends[flow.id] = origin, destination = flow.origin.id, flow.destination.id
        every[origin] += 1
        if destination != origin:
            every[destination] += 1
        reached[destination].append(flow)
    frames = {id: _frame(assessment, node, reached[id]) for id, node in nodes.items()}
    return _Known(nodes, frames, {id: n for n, id in enumerate(nodes, 1)}, position, ends, every)


def _frame(assessment: Assessment, node: Node, reached: Sequence[MappedFlow]) -> tuple[int, str]:
    """The column of a node and the heading it stands under: the organisation for systems, the country for recipients."""
    if node.kind is NodeKind.SYSTEM:
        return 1, _organisation(assessment, node)
    if node.kind in (NodeKind.RECIPIENT, NodeKind.OWN_SITE) or (node.kind is NodeKind.UNDECLARED and reached):
        return 2, _country(assessment, node, reached)
    return 0, ""


def _organisation(assessment: Assessment, node: Node) -> str:
    inventory = assessment.inventory
    system = inventory.system(node.name)
    organisation: Organisation | None = None
    if system and system.organisation.value:
        organisation = inventory.organisation(system.organisation.value)
        if organisation is None:
            return system.organisation.value
    elif len(inventory.organisations) == 1:
        organisation = inventory.organisations[0]
    if organisation is None:
        return "Organisation not stated"
    where = ", ".join(map(place_heading, items(organisation.country)))
    return f"{organisation.name}, {where}" if where else organisation.name


def _country(assessment: Assessment, node: Node, reached: Sequence[MappedFlow]) -> str:
    legs = legs_of(assessment)
    names = {place_heading(leg.place.value) for flow in reached for leg in legs.get(flow.id, ())}
    if not names and (recipient := assessment.inventory.recipient(node.name)):
        names = set(map(place_heading, items(recipient.country)))
    stated = sorted(names - {_NOT_STATED})
    if not stated:
        return _COUNTRY_NOT_STATED
    if len(stated) > 3:
        stated = [f"{len(stated)} countries"]
    return ", ".join([*stated, *({_NOT_STATED} & names)])


def place_words(place: Fact[Place]) -> str:
    """A place as it is written; `not stated` when there is none."""
    return place_name(place.value) if place.value else _NOT_STATED


_RANK: Mapping[Outcome | None, int] = {o: n for n, o in enumerate((*WORST_FIRST, None))}
_OWN_SYSTEMS, _SENDERS, _NO_FLOW = "own systems", "recipients that send", "no flow"
_OTHERS = {
    "organisation": "Other organisations",
    "category": "Other categories",
    "country": "Other countries",
}
_GROUP_NAMES = {
    _OWN_SYSTEMS: "Own systems",
    _SENDERS: "Recipients that send it on, or back",
    _NO_FLOW: "No flow",
    NodeKind.UNDECLARED.value: "Names not on any sheet",
}


class _End(NamedTuple):
    """Where a line ends: at a node, or at the group that it is folded into. The other one is empty."""

    group: str
    node: str


_Rankings = dict[str, list[str]]
"""Organisations or categories, and countries, by how systems are folded: most flagged flows first, then most flows."""


class _Drawing:
    """One selection at one level of folding. `rankings` are filled in, for the next level to use."""

    def __init__(self, selection: Selection, level: _Level, opened: Sequence[str], rankings: _Rankings) -> None:
        self.selection, self.level = selection, level
        self.known = _known(selection.assessment)
        self.opened = Counter(opened)
        names = {name_key(name) for name in (selection.view.focus, selection.view.towards) if name}
        self.asked = {id for id, node in self.known.nodes.items() if name_key(node.name) in names} if names else set()
        self.kept = self._worst_groups(rankings) if level.few else None
        self.homes = {id: "" if id in self.asked else self._home(node) for id, node in self.known.nodes.items()}
        self.outside: dict[str, set[str]] = {}
        self.members: dict[_End, set[str]] = defaultdict(set)
        self.bundles: dict[tuple[_End, _End, Outcome | None, bool], list[MappedFlow]] = defaultdict(list)
        if self.opened:
            self._open()

    def _home(self, node: Node) -> str:
        """The group that a node is folded into whatever flow it is met in, or empty."""
        column, heading = self.known.frames[node.id]
        if column == 2:
            if self.level.right != "country":
                return ""
            if self.level.lines is _Lines.JOINED and (", " in heading or heading.endswith(" countries")):
                heading = SEVERAL_COUNTRIES
            return self._among_few(f"country: {heading}")
        if self.level.left == "organisation":
            return self._among_few(f"organisation: {heading}") if column == 1 else node.kind.value
        return node.kind.value if self.level.left == "category" and column == 0 else ""

    def _worst_groups(self, rankings: _Rankings) -> frozenset[str]:
        """The organisations, categories and countries that keep boxes of their own."""
        if self.level.left not in rankings:
            rankings[self.level.left] = self._ranked()
        kept: Counter[str] = Counter()
        found = set()
        for group in rankings[self.level.left]:
            by = group.partition(": ")[0]
            kept[by] += 1
            if kept[by] <= self.level.few:
                found.add(group)
        return frozenset(found)

    def _ranked(self) -> list[str]:
        flagged: Counter[str] = Counter()
        every: Counter[str] = Counter()
        self.kept = None
        homes = {id: self._home(node) for id, node in self.known.nodes.items()}
        for flow in self.selection.flows:
            found = {homes[end] for end in self.known.ends[flow.id]}
            if self.level.left == "category":
                found |= {f"category: {category}" for category in flow.carries}
            outcome = self.selection.outcomes.get(flow.id)
            bad = outcome is not None and outcome.flagged
            for group in found:
                every[group] += 1
                flagged[group] += bad
        return sorted((g for g in every if g.partition(": ")[2]), key=lambda g: (-flagged[g], -every[g], g))

    def _among_few(self, group: str) -> str:
        """The group, or the one of all others when it is not among the few."""
        if self.kept is None or group in self.kept:
            return group
        by = group.partition(": ")[0]
        return f"{by}: {_OTHERS[by]}"

    def _ends(self, flow: MappedFlow) -> Iterator[tuple[str, str]]:
        """The groups, or empty, that a flow is drawn between; several times where systems are folded by category."""
        origin, destination = self.known.ends[flow.id]
        tail, head = self.homes[origin], self.homes[destination]
        frames = self.known.frames
        outward, onward = frames[destination][0] == 2, frames[origin][0] == 2
        if self.level.few and onward and tail:
            tail = _SENDERS
        if self.level.right == "outcome":
            if outward and destination not in self.asked:
                outcome = self.selection.outcomes.get(flow.id)
                head = f"outcome: {outcome.label if outcome else _NOT_ASSESSED}"
            if onward and origin not in self.asked:
                tail = _SENDERS
        if self.level.left != "category" or (outward and onward):
            yield tail, head
            return
        collected = not outward and frames[origin][0] != 1
        for category in flow.carries or ("none",):
            named = self._among_few(f"category: {category}")
            if collected:
                yield tail, "" if destination in self.asked else named
            else:
                within = "" if destination in self.asked else _OWN_SYSTEMS
                yield "" if origin in self.asked else named, head if outward else within

    def _end(self, group: str, id: str) -> _End:
        if not group or id in self.outside.get(group, ()):
            return _End("", id)
        return _End(group, "")

    def _open(self) -> None:
        """Give the worst members of each group that is opened boxes of their own."""
        rank: dict[str, dict[str, int]] = defaultdict(dict)
        count: Counter[tuple[str, str]] = Counter()
        for flow in self.selection.flows:
            bad = _RANK[self.selection.outcomes.get(flow.id)]
            for groups in self._ends(flow):
                for group, id in zip(groups, self.known.ends[flow.id], strict=True):
                    if group in self.opened:
                        rank[group][id] = min(bad, rank[group].get(id, bad))
                        count[group, id] += 1
        for group, found in rank.items():
            ranked = sorted((bad, -count[group, id], id) for id, bad in found.items())
            self.outside[group] = {id for *_, id in ranked[: OPENED_AT_ONCE * self.opened[group]]}

    def fits(self, lines: int, boxes: int) -> bool:
        """Find the lines and boxes; give up and return False when they are more than these."""
        one_each, joined = self.level.lines is _Lines.EACH, self.level.lines is _Lines.JOINED
        if one_each and len(self.selection.flows) > lines:
            return False
        if replace(self.selection.view, regimes=()) == View():
            for id, node in self.known.nodes.items():
                if not self.known.every[id]:
                    self.members[self._end(self._home_of_idle(node), id)].add(id)
        outcomes, bundles, members, end = self.selection.outcomes, self.bundles, self.members, self._end
        for flow in self.selection.flows:
            outcome = None if joined else outcomes.get(flow.id)
            judged = flow.movement in ASSESSED
            origin, destination = self.known.ends[flow.id]
            for groups in self._ends(flow):
                ends = end(groups[0], origin), end(groups[1], destination)
                bundle = bundles[*ends, outcome, judged]
                if not bundle or bundle[-1] is not flow:
                    bundle.append(flow)
                members[ends[0]].add(origin)
                members[ends[1]].add(destination)
            if len(members) > boxes or (not one_each and len(bundles) > lines):
                return False
        return True

    def _home_of_idle(self, node: Node) -> str:
        column = self.known.frames[node.id][0]
        if self.level.right == "outcome" and column == 2:
            return f"outcome: {_NO_FLOW}"
        return _OWN_SYSTEMS if self.level.left == "category" and column == 1 else self.homes[node.id]

    def lines(self) -> list[Line]:
        """The lines that were found, in the order of their first flows."""
        position, outcomes = self.known.position, self.selection.outcomes
        parts: list[tuple[_End, _End, str, list[MappedFlow]]] = []
        for (tail, head, *_), flows in self.bundles.items():
            opens = f"{tail.group or tail.node} → {head.group or head.node}"
            alone = flows if self.level.lines is _Lines.EACH else []
            if not alone and opens in self.opened:
                alone = sorted(flows, key=lambda f: (_RANK[outcomes.get(f.id)], position[f.id]))[:MOST_UNBUNDLED]
            apart = {flow.id for flow in alone}
            parts += ((tail, head, "", [flow]) for flow in alone)
            if rest := [flow for flow in flows if flow.id not in apart]:
                parts.append((tail, head, opens if len(rest) > 1 else "", rest))
        taken: Counter[int] = Counter()
        found = []
        for tail, head, opens, flows in sorted(parts, key=lambda part: (position[part[3][0].id], part[:3])):
            n = position[flows[0].id]
            taken[n] += 1
            id = f"flow-{n}" if taken[n] == 1 else f"flow-{n}-{taken[n]}"
            ranks = [outcomes.get(flow.id) for flow in flows]
            worst = min(ranks, key=_RANK.__getitem__)
            found.append(Line(id, self._id(tail), self._id(head), worst, ranks.count(worst), tuple(flows), opens))
        return found

    def boxes(self) -> dict[str, Box]:
        """The boxes that were found, by id, in the order of the nodes."""
        shown: Counter[str] = Counter()
        for flow in self.selection.flows:
            shown.update(set(self.known.ends[flow.id]))
        number = self.known.number
        every = sorted(self.members.items(), key=lambda item: (min(map(number.__getitem__, item[1])), item[0]))
        found = {}
        for end, members in every:
            nodes = tuple(self.known.nodes[id] for id in sorted(members, key=number.__getitem__))
            box = self._group(end.group, nodes) if end.group else self._single(nodes[0], shown)
            found[box.id] = box
        return found

    def _id(self, end: _End) -> str:
        if end.node:
            return f"node-{self.known.number[end.node]}"
        return f"group-{blake2s(end.group.encode(), digest_size=4).hexdigest()}"

    def _single(self, node: Node, shown: Mapping[str, int]) -> Box:
        id = node.id
        column, heading = self.known.frames[id]
        said = [_small_words(self.selection.assessment, node)]
        if shown[id] < self.known.every[id]:
            said.append(f"{shown[id]:,} of {self.known.every[id]:,} flows")
        small = ", ".join(said)
        text = ", ".join(word for word in (node.name, small, heading) if word)
        return Box(self._id(_End("", id)), node.kind, node.name, small, heading, column, (node,), plain(text))

    def _group(self, group: str, nodes: tuple[Node, ...]) -> Box:
        kinds = Counter(node.kind for node in nodes)
        counted = ", ".join(f"{kinds[k]:,} {_COUNTED[k][kinds[k] > 1]}" for k in NodeKind if k in kinds)
        by, _, named = group.partition(": ")
        kind = next(k for k in (NodeKind.RECIPIENT, *NodeKind) if k in kinds)
        name = named or _GROUP_NAMES.get(group, group.capitalize())
        outcome = next((o for o in WORST_FIRST if by == "outcome" and o.label == named), None)
        column = {"category": 1, "outcome": 2}.get(by, self.known.frames[nodes[0].id][0])
        frame, small = "", f"information category, {counted}" if by == "category" else counted
        if self.outside.get(group):
            frame = name if by in ("country", "organisation") else ""
            name, small = f"{len(nodes):,} more of {name}", counted
        text = f"{name}, {small}: {', '.join(node.name for node in nodes)}"
        id = self._id(_End(group, ""))
        return Box(id, kind, name, small, frame, column, nodes, plain(text), group, by == "category", outcome)


def _small_words(assessment: Assessment, node: Node) -> str:
    if node.kind is NodeKind.UNDECLARED:
        return "not on any sheet"
    system = assessment.inventory.system(node.name) if node.kind is NodeKind.SYSTEM else None
    if system is None:
        return node.kind.value
    where = sorted(set(map(place_heading, items(system.locations))))
    return ", ".join([system.kind.value or "system", *(where if len(where) < 3 else [f"{len(where)} countries"])])
