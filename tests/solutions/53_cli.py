# %% solution
def as_typed(config, default, above=""):
    from dataclasses import is_dataclass

    words = []
    for field in fields(config):
        new, old, name = getattr(config, field.name), getattr(default, field.name), above + field.name.replace("_", "-")
        if new == old: continue
        if is_dataclass(new): words += as_typed(new, old, f"{name}.")
        elif isinstance(new, bool): words.append(f"--{name}" if new else f"--{above}no-{field.name.replace('_', '-')}")
        else: words += [f"--{name}", *map(str, new if isinstance(new, tuple) else [new])]
    return words

# %% wrong: a switch gets a word of its own
def as_typed(config, default, above=""):
    words = []
    for field in fields(config):
        new, old, name = getattr(config, field.name), getattr(default, field.name), above + field.name.replace("_", "-")
        if new == old: continue
        if hasattr(new, "image_size"): words += as_typed(new, old, f"{name}.")
        else: words += [f"--{name}", *map(str, new if isinstance(new, tuple) else [new])]
    return words

# %% wrong: a pair is one word
def as_typed(config, default, above=""):
    words = []
    for field in fields(config):
        new, old, name = getattr(config, field.name), getattr(default, field.name), above + field.name.replace("_", "-")
        if new == old: continue
        if hasattr(new, "image_size"): words += as_typed(new, old, f"{name}.")
        elif isinstance(new, bool): words.append(f"--{name}" if new else f"--no-{name}")
        else: words += [f"--{name}", str(new)]
    return words

# %% wrong: all that the model has, also what does not differ
def as_typed(config, default, above=""):
    words = []
    for field in fields(config):
        new, old, name = getattr(config, field.name), getattr(default, field.name), above + field.name.replace("_", "-")
        if new == old and not above: continue
        if hasattr(new, "image_size"): words += as_typed(new, old, f"{name}.")
        elif isinstance(new, bool): words.append(f"--{name}" if new else f"--no-{name}")
        else: words += [f"--{name}", *map(str, new if isinstance(new, tuple) else [new])]
    return words

# %% wrong: compared with the class's own defaults, and not with those that the line starts from
def as_typed(config, default, above=""):
    words = []
    for field in fields(config):
        new, old, name = getattr(config, field.name), getattr(type(default)(), field.name), above + field.name.replace("_", "-")
        if new == old: continue
        if hasattr(new, "image_size"): words += as_typed(new, old, f"{name}.")
        elif isinstance(new, bool): words.append(f"--{name}" if new else f"--no-{name}")
        else: words += [f"--{name}", *map(str, new if isinstance(new, tuple) else [new])]
    return words
