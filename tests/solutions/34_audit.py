# %% solution
def mended(splits, groups):
    order = ("Train", "Validation", "Test")
    after, before = list(splits), None
    while after != before:
        before = after[:]
        for group in groups:
            first = min((after[i] for i in group), key=order.index)
            for i in group: after[i] = first
    return after

# %% wrong: each group once
def mended(splits, groups):
    after = list(splits)
    for group in groups:
        first = min((after[i] for i in group), key=("Train", "Validation", "Test").index)
        for i in group: after[i] = first
    return after

# %% wrong: groups that lie in one split are skipped
def mended(splits, groups):
    after, before = list(splits), None
    leaks = [group for group in groups if len({splits[i] for i in group}) > 1]
    while after != before:
        before = after[:]
        for group in leaks:
            first = min((after[i] for i in group), key=("Train", "Validation", "Test").index)
            for i in group: after[i] = first
    return after

# %% wrong: in alphabetical order, by which Test comes first
def mended(splits, groups):
    after, before = list(splits), None
    while after != before:
        before = after[:]
        for group in groups:
            first = min(after[i] for i in group)
            for i in group: after[i] = first
    return after
