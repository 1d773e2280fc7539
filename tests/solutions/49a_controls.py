# %% solution
def failing(lab, name, values):
    control, found = lab.controls[name], []
    start = control.value
    for value in values:
        control.value = value
        if lab.error: found.append(value)
    control.value = start
    return found

# %% wrong: waits for an exception
def failing(lab, name, values):
    control, found = lab.controls[name], []
    start = control.value
    for value in values:
        try: control.value = value
        except Exception: found.append(value)
    control.value = start
    return found

# %% wrong: the lab stays where the last value left it
def failing(lab, name, values):
    found = []
    for value in values:
        lab.controls[name].value = value
        if lab.error: found.append(value)
    return found

# %% wrong: only the first that fails
def failing(lab, name, values):
    start = lab.controls[name].value
    for value in values:
        lab.controls[name].value = value
        if lab.error:
            lab.controls[name].value = start
            return [value]
    lab.controls[name].value = start
    return []
