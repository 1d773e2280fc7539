# %% solution
def cheapest_threshold(labels, p_fake, missed):
    thresholds = np.append(p_fake, 0)
    called = p_fake > thresholds[:, None]
    costs = missed * (~called & (labels == FAKE)).sum(1) + (called & (labels != FAKE)).sum(1)
    return float(thresholds[costs.argmin()])

# %% wrong: the threshold with the best balanced accuracy, whatever the price
def cheapest_threshold(labels, p_fake, missed):
    return choose_threshold(labels, p_fake)

# %% wrong: never below the lowest score
def cheapest_threshold(labels, p_fake, missed):
    called = p_fake > p_fake[:, None]
    return float(p_fake[(missed * (~called & (labels == FAKE)).sum(1) + (called & (labels != FAKE)).sum(1)).argmin()])

# %% wrong: the price is on the wrong mistake
def cheapest_threshold(labels, p_fake, missed):
    thresholds = np.append(p_fake, 0)
    called = p_fake > thresholds[:, None]
    costs = (~called & (labels == FAKE)).sum(1) + missed * (called & (labels != FAKE)).sum(1)
    return float(thresholds[costs.argmin()])
