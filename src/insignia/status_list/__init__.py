"""Status lists: W3C Bitstring Status List 1.0 (build and read), StatusList2021 and
1EdTechRevocationList (read). Nothing here fetches a list or verifies who signed it."""

from insignia.status_list.bitstring import MAXIMUM_BYTES, MINIMUM_ENTRIES, BitstringStatusList
from insignia.status_list.entry import BITSTRING_ENTRY, REVOCATION_LIST, STATUS_LIST_2021_ENTRY, StatusEntry
from insignia.status_list.publishing import status_list_credential
from insignia.status_list.reading import Status, read_entry

__all__ = [
    "BITSTRING_ENTRY",
    "MAXIMUM_BYTES",
    "MINIMUM_ENTRIES",
    "REVOCATION_LIST",
    "STATUS_LIST_2021_ENTRY",
    "BitstringStatusList",
    "Status",
    "StatusEntry",
    "read_entry",
    "status_list_credential",
]
