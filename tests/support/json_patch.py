"""RFC 6902 as far as the ledger's patches use it."""

import copy


def apply_patch(document, patch):
    document = copy.deepcopy(document)
    for step in patch:
        parts = [p.replace("~1", "/").replace("~0", "~") for p in step["path"].split("/")[1:]]
        at = document
        for part in parts[:-1]:
            at = at[int(part)] if isinstance(at, list) else at[part]
        last = parts[-1]
        if isinstance(at, list):
            index = len(at) if last == "-" else int(last)
            if step["op"] == "remove":
                del at[index]
            elif step["op"] == "add":
                at.insert(index, step["value"])
            else:
                at[index] = step["value"]
        elif step["op"] == "remove":
            del at[last]
        else:
            at[last] = step["value"]
    return document
