# %% solution
def changed_box(before, after):
    rows, columns = np.nonzero((before != after).any(axis=2))
    if not len(rows): return None
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1

# %% wrong: grey hides a change of colour
def changed_box(before, after):
    rows, columns = np.nonzero(before.mean(axis=2) != after.mean(axis=2))
    if not len(rows): return None
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1

# %% wrong: right and bottom are the last ones inside
def changed_box(before, after):
    rows, columns = np.nonzero((before != after).any(axis=2))
    if not len(rows): return None
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())

# %% wrong: rows taken for columns
def changed_box(before, after):
    rows, columns = np.nonzero((before != after).any(axis=2))
    if not len(rows): return None
    return int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1
