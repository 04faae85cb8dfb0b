"""The same map as manifests of fideslang: read, parsed, and its references checked. It draws nothing and judges nothing.

Usage: fideslang_map.py FOLDER, where `fideslang_manifests.py FILE FOLDER` has written the manifests before.
"""

import sys

from fideslang.manifests import ingest_manifests
from fideslang.parse import load_manifests_into_taxonomy
from fideslang.relationships import get_referenced_missing_keys

taxonomy = load_manifests_into_taxonomy(ingest_manifests(sys.argv[1]))
print(len(taxonomy.system or ()), "systems,", len(get_referenced_missing_keys(taxonomy)), "keys that name nothing")
