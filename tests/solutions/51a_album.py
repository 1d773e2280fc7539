# %% solution
def likely_fakes(called, photos, found, alarms):
    if found <= alarms: raise ValueError(f"found {found}, alarms {alarms}: fakes must be called FAKE more often than real photos")
    return min(max((called - alarms * photos) / (found - alarms), 0), photos)

# %% wrong: the alarms are taken off, and those missed are forgotten
def likely_fakes(called, photos, found, alarms):
    if found <= alarms: raise ValueError("useless")
    return min(max(called - alarms * photos, 0), photos)

# %% wrong: alarms are counted on fakes as well
def likely_fakes(called, photos, found, alarms):
    if found <= alarms: raise ValueError("useless")
    return min(max((called - alarms * photos) / found, 0), photos)

# %% wrong: fewer than none
def likely_fakes(called, photos, found, alarms):
    if found <= alarms: raise ValueError("useless")
    return (called - alarms * photos) / (found - alarms)

# %% wrong: a detector that is wrong more often than right is trusted
def likely_fakes(called, photos, found, alarms):
    if found == alarms: raise ValueError("useless")
    return min(max((called - alarms * photos) / (found - alarms), 0), photos)
