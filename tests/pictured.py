"""One inventory with every kind of place, and filters over it, for the tests of what counts a selection."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from datamap.assessment import Assessment, assess
from datamap.graph import Leg
from datamap.transfers import Outcome
from datamap.views import Selection, View, select
from tests.conftest import TODAY, reading

ORGANISATIONS = "Organisation | Country | Regimes\nKowhai Limited | NZ | nz; au"
SYSTEMS = """
System    | Locations | Categories          | Individuals | Recipients | Provider     | Owner
Shop      | NZ        | Name; Email address | Customers   | Mailer     |              | Ana
Payroll   | AU        | Salary              | Staff       |            |              | Ben
Warehouse | NZ; AU    | Address             | Customers   |            | Big Host     | Ana
Archive   |           | Name                | Customers   |            | not stated   |
"""
CATEGORIES = "Category\nName\nEmail address\nSalary\nAddress"
RECIPIENTS = """
Recipient    | Country    | Role       | Own purposes | Locations                                     | Sub-processors
Mailer       | US         | agent      | no           | US (storage); IN (support access)             | Helper
Helper       | PH         | agent      | no           | PH (remote access)                            |
Big Host     | US         | agent      | no           |                                               |
Analyst      | IE         | controller | yes          | EU                                            |
Surveyor     |            | controller | yes          | not stated                                    |
Friend       | TK         | controller | yes          |                                               |
Institution  |            | controller | yes          | EU institutions                               |
Wanderer     | GB         | controller | yes          | outside New Zealand                           |
Neighbour    | NZ         | controller | yes          | NZ                                            |
"""
FLOWS = """
Flow | From      | To          | Categories    | Purpose
F1   | Shop      | Analyst     | Email address | Statistics
F2   | Shop      | Surveyor    | Name          | Survey
F3   | Payroll   | Friend      |               | Help
F4   | Payroll   | Institution | Salary        | Statistics
F5   | Warehouse | Wanderer    | Address       | Delivery
F6   | Warehouse | Neighbour   | Address       | Delivery
F7   | Customers | Shop        | Name          | Orders
F8   | Shop      | Payroll     | Name          | Staff discount
F9   | Friend    | Analyst     | Salary        | Help
F10  | Customers | Mailer      | Name          | Sign-up
F11  | Payroll   | Mailer      | Salary        | Letters
"""


@cache
def assessment() -> Assessment:
    return assess(
        reading(
            organisations=ORGANISATIONS, systems=SYSTEMS, categories=CATEGORIES, recipients=RECIPIENTS, flows=FLOWS
        ),
        on=TODAY,
    )


def shown(view: View | None = None) -> Selection:
    return select(assessment(), view or View())


def legs(selection: Selection) -> list[Leg]:
    """The legs of the shown flows, counted from the map itself."""
    flows = {flow.id for flow in selection.flows}
    return [leg for leg in selection.assessment.map.legs if leg.flow.id in flows]


def _some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


VIEWS = st.builds(
    View,
    focus=st.none() | st.sampled_from(("Shop", "Payroll", "Mailer", "Customers", "Analyst")),
    steps=st.integers(1, 3),
    categories=_some(("Name", "Salary", "Address")),
    recipients=_some(("Mailer", "Analyst", "Surveyor", "Helper")),
    countries=_some(("US", "IE", "NZ", "TK", "")),
    outcomes=st.lists(st.sampled_from(tuple(Outcome)), max_size=3, unique=True).map(tuple),
    regimes=_some(("nz", "au")),
    assessed_only=st.booleans(),
    flagged_only=st.booleans(),
)
"""Views that let through everything, something or nothing."""
