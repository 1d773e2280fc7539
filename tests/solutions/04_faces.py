# %% solution
def families(names):
    family = {}  # person -> all who must stay together
    for name in names:
        people = name.split(".")[0].split("_")
        joined = set(people).union(*(family.get(who, ()) for who in people))
        family.update(dict.fromkeys(joined, joined))
    return {name: min(family[name[:3]]) for name in names}

# %% wrong: only whose photo it was
def families(names):
    return {name: name[:3] for name in names}

# %% wrong: the pair, in any order, but not who links two pairs
def families(names):
    return {name: "_".join(sorted(name.split(".")[0].split("_"))) for name in names}

# %% wrong: two families that are already there are not joined
def families(names):
    family = {}
    for name in names:
        people = name.split(".")[0].split("_")
        first = next((family[who] for who in people if who in family), people[0])
        for who in people: family.setdefault(who, first)
    return {name: family[name[:3]] for name in names}

# %% wrong: groups are counted, so that they change with the order
def families(names):
    family = {}
    for number, name in enumerate(names):
        people = name.split(".")[0].split("_")
        old = {family[who] for who in people if who in family}
        for who in {*people, *(who for who in family if family[who] in old)}: family[who] = str(number)
    return {name: family[name[:3]] for name in names}
