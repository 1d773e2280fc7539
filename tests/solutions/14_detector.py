# %% solution
def reordered(detector, classes):
    new, order = copy.deepcopy(detector), [detector.classes.index(name) for name in classes]
    new.classes = tuple(classes)
    with torch.no_grad():
        for network in (new.vit, *new.ensemble):
            for x in network.head.parameters(): x.copy_(x[order])
    return new

# %% wrong: only the list
def reordered(detector, classes):
    new = copy.deepcopy(detector)
    new.classes = tuple(classes)
    return new

# %% wrong: the bias stays
def reordered(detector, classes):
    new, order = copy.deepcopy(detector), [detector.classes.index(name) for name in classes]
    new.classes = tuple(classes)
    for network in (new.vit, *new.ensemble): network.head.weight.data = network.head.weight.data[order]
    return new

# %% wrong: other members keep the old order
def reordered(detector, classes):
    new, order = copy.deepcopy(detector), [detector.classes.index(name) for name in classes]
    new.classes = tuple(classes)
    for x in new.vit.head.parameters(): x.data = x.data[order]
    return new

# %% wrong: the inverse order
def reordered(detector, classes):
    new, order = copy.deepcopy(detector), [classes.index(name) for name in detector.classes]
    new.classes = tuple(classes)
    for network in (new.vit, *new.ensemble):
        for x in network.head.parameters(): x.data = x.data[order]
    return new
