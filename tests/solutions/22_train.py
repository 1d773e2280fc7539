# %% solution
def until_flat(events, patience):
    best, flat = math.inf, 0
    for event in events:
        yield event
        if not event.epoch_end: continue
        loss = event.metrics["validation_loss"]
        best, flat = (loss, 0) if loss < best else (best, flat + 1)
        if flat == patience: events.close()

# %% wrong: looks before the reader has written the loss
def until_flat(events, patience):
    best, flat = math.inf, 0
    for event in events:
        if event.epoch_end:
            loss = event.metrics.get("validation_loss", math.inf)
            best, flat = (loss, 0) if loss < best else (best, flat + 1)
        yield event
        if flat == patience: return events.close()

# %% wrong: compares with the epoch before, not with the best
def until_flat(events, patience):
    before, flat = math.inf, 0
    for event in events:
        yield event
        if not event.epoch_end: continue
        loss = event.metrics["validation_loss"]
        before, flat = loss, 0 if loss < before else flat + 1
        if flat == patience: events.close()

# %% wrong: walks away and leaves the loop open
def until_flat(events, patience):
    best, flat = math.inf, 0
    for event in events:
        yield event
        if not event.epoch_end: continue
        loss = event.metrics["validation_loss"]
        best, flat = (loss, 0) if loss < best else (best, flat + 1)
        if flat == patience: return
