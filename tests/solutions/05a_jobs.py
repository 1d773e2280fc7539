# %% solution
def with_settings(config, changes):
    settings = config.to_dict()
    for name, value in changes.items():
        *outer, last = name.split(".")
        place = settings
        for part in outer: place = place[part]
        place[last] = value
    return type(config).from_dict(settings)

# %% wrong: one change after the other, each checked without the rest
def with_settings(config, changes):
    for name, value in changes.items():
        first, _, rest = name.partition(".")
        config = config.replace(**{first: with_settings(getattr(config, first), {rest: value}) if rest else value})
    return config

# %% wrong: what lies inside stays a dict
def with_settings(config, changes):
    settings = config.to_dict()
    for name, value in changes.items():
        *outer, last = name.split(".")
        place = settings
        for part in outer: place = place[part]
        place[last] = value
    return config.replace(**settings)

# %% wrong: the frozen config itself is changed
def with_settings(config, changes):
    for name, value in changes.items():
        *outer, last = name.split(".")
        place = config
        for part in outer: place = getattr(place, part)
        object.__setattr__(place, last, value)
    return config

# %% wrong: unknown names are passed over
def with_settings(config, changes):
    settings = config.to_dict()
    for name, value in changes.items():
        *outer, last = name.split(".")
        place = settings
        for part in outer: place = place.get(part, {})
        if last in place: place[last] = value
    return type(config).from_dict(settings)
