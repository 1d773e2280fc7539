# %% solution
def holds_until(rows, least):
    held, failed = {}, set()
    for row in rows[1:]:
        kind = row["damage"]
        held.setdefault(kind, None)
        if row["auc_low"] < least: failed.add(kind)
        if kind not in failed: held[kind] = row["level"]
    return held

# %% wrong: the AUC itself, as if there were no luck in it
def holds_until(rows, least):
    held, failed = {}, set()
    for row in rows[1:]:
        kind = row["damage"]
        held.setdefault(kind, None)
        if row["auc"] < least: failed.add(kind)
        if kind not in failed: held[kind] = row["level"]
    return held

# %% wrong: the last level that passes, whatever failed before it
def holds_until(rows, least):
    held = {row["damage"]: None for row in rows[1:]}
    return held | {row["damage"]: row["level"] for row in rows[1:] if row["auc_low"] >= least}

# %% wrong: kinds that fail at once are left out
def holds_until(rows, least):
    held, failed = {}, set()
    for row in rows[1:]:
        if row["auc_low"] < least: failed.add(row["damage"])
        if row["damage"] not in failed: held[row["damage"]] = row["level"]
    return held
