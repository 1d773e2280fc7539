# %% solution
def show_change(before, after):
    top = max(float(before.max()), float(after.max()))
    return show_matrices(after - before, cmap="RdBu_r", unit="change of heat", ends=(-top, top))

# %% wrong: stretched to its own largest change
def show_change(before, after):
    return show_matrices(after - before, cmap="RdBu_r", unit="change of heat")

# %% wrong: how much, but not which way
def show_change(before, after):
    top = max(float(before.max()), float(after.max()))
    return show_matrices((after - before).abs(), cmap="RdBu_r", unit="change of heat", ends=(-top, top))

# %% wrong: a colour map without a middle
def show_change(before, after):
    top = max(float(before.max()), float(after.max()))
    return show_matrices(after - before, unit="change of heat", ends=(-top, top))
