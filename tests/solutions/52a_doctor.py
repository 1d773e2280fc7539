# %% solution
def all_needed(name, ask):
    found, unread = set(), [name]
    while unread:
        try: lines = ask(unread.pop()) or []
        except PackageNotFoundError: lines = []
        needs = [need for need in map(Requirement, lines) if not need.marker or need.marker.evaluate({"extra": ""})]
        new = {need.name for need in needs} - found
        found |= new
        unread += new
    return found

# %% wrong: only the first list
def all_needed(name, ask):
    needs = [need for need in map(Requirement, ask(name)) if not need.marker or need.marker.evaluate({"extra": ""})]
    return {need.name for need in needs}

# %% wrong: what is known is asked again
def all_needed(name, ask):
    try: lines = ask(name) or []
    except PackageNotFoundError: return set()
    needs = [need for need in map(Requirement, lines) if not need.marker or need.marker.evaluate({"extra": ""})]
    return {need.name for need in needs}.union(*(all_needed(need.name, ask) for need in needs))

# %% wrong: a package that is not here ends it all
def all_needed(name, ask):
    found, unread = set(), [name]
    while unread:
        needs = [need for need in map(Requirement, ask(unread.pop()) or []) if not need.marker or need.marker.evaluate({"extra": ""})]
        unread += {need.name for need in needs} - found
        found |= {need.name for need in needs}
    return found

# %% wrong: markers are not looked at
def all_needed(name, ask):
    found, unread = set(), [name]
    while unread:
        try: lines = ask(unread.pop()) or []
        except PackageNotFoundError: lines = []
        new = {Requirement(line).name for line in lines} - found
        found |= new
        unread += new
    return found
